package io.agentmetrics.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks a program with a management port whether it is ready.
 */
final class ProgramHealth {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final Duration PAUSE = Duration.ofMillis(200);

	private ProgramHealth() {
	}

	/**
	 * Returns when it is.
	 * @param name what to call it
	 * @param program its process
	 * @param managementPort where it says so
	 * @throws InterruptedException if this thread is to stop waiting
	 * @throws DemoException if it ends, or is not ready in two minutes
	 */
	static void await(String name, JarProcess program, int managementPort) throws InterruptedException {
		HttpRequest health = HttpRequest
			.newBuilder(URI.create("http://localhost:%d/actuator/health".formatted(managementPort)))
			.timeout(Duration.ofSeconds(5))
			.build();
		long start = System.nanoTime();
		try (HttpClient client = HttpClient.newHttpClient()) {
			while (!isUp(client, health)) {
				if (program.endsWithin(PAUSE)) {
					throw new DemoException("%s has ended with exit code %d.".formatted(name, program.exitCode()));
				}
				if (System.nanoTime() - start > PATIENCE.toNanos()) {
					throw new DemoException("%s is not ready after %d s.".formatted(name, PATIENCE.toSeconds()));
				}
			}
		}
	}

	private static boolean isUp(HttpClient client, HttpRequest health) throws InterruptedException {
		try {
			return client.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException notYet) {
			return false;
		}
	}

}
