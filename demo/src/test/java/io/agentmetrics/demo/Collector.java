package io.agentmetrics.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * Takes traces by OTLP over HTTP and keeps them as they come.
 */
final class Collector implements AutoCloseable {

	private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

	private final HttpServer server;

	Collector() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/v1/traces", (exchange) -> {
			this.received.add(exchange.getRequestBody().readAllBytes());
			exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		this.server.start();
	}

	String address() {
		return "http://localhost:%d/v1/traces".formatted(this.server.getAddress().getPort());
	}

	/**
	 * All spans that come until a text is among them, or until time is up, as Latin-1
	 * text.
	 */
	String until(String text, int seconds) throws InterruptedException {
		StringBuilder all = new StringBuilder();
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
		while (all.indexOf(text) < 0 && System.nanoTime() < end) {
			byte @Nullable [] body = this.received.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
			all.append((body != null) ? new String(body, StandardCharsets.ISO_8859_1) : "");
		}
		return all.toString();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
