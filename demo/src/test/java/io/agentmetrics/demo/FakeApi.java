package io.agentmetrics.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;

import com.sun.net.httpserver.HttpServer;

/**
 * Answers every request on both ports with its process id and profile, or ends as it is
 * told to.
 */
final class FakeApi {

	static final String EXIT_CODE = "FAKE_API_EXIT_CODE";

	private FakeApi() {
	}

	public static void main(String[] arguments) throws IOException {
		String exitCode = System.getenv(EXIT_CODE);
		if (exitCode != null) {
			System.out.println("fake api has something to say");
			System.exit(Integer.parseInt(exitCode));
		}
		serve(DemoSettings.API_PORT);
		serve(DemoSettings.MANAGEMENT_PORT);
	}

	private static void serve(String port) throws IOException {
		HttpServer server = HttpServer
			.create(new InetSocketAddress(Integer.parseInt(Objects.requireNonNull(System.getenv(port)))), 0);
		byte[] answer = "%d %s".formatted(ProcessHandle.current().pid(), System.getenv("SPRING_PROFILES_ACTIVE"))
			.getBytes();
		server.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
			exchange.close();
		});
		server.start();
	}

}
