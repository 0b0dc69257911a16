package io.agentmetrics.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import com.sun.net.httpserver.HttpServer;

/**
 * Writes each request to its log and answers as it is told to, or ends so.
 */
final class FakeReceiver {

	static final String EXIT_CODE = "FAKE_RECEIVER_EXIT_CODE";

	/** What it answers to spans. */
	static final String STATUS = "FAKE_RECEIVER_STATUS";

	private FakeReceiver() {
	}

	public static void main(String[] arguments) throws IOException {
		String exitCode = System.getenv(EXIT_CODE);
		if (exitCode != null) {
			System.out.println("fake receiver has something to say");
			System.exit(Integer.parseInt(exitCode));
		}
		int status = Integer.parseInt(Objects.requireNonNullElse(System.getenv(STATUS), "200"));
		serve(DemoSettings.API_PORT, status);
		serve(DemoSettings.MANAGEMENT_PORT, 200);
	}

	private static void serve(String port, int status) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(),
				Integer.parseInt(Objects.requireNonNull(System.getenv(port)))), 0);
		server.createContext("/", (exchange) -> {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			System.out.println(exchange.getRequestURI() + " " + body);
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		server.start();
	}

}
