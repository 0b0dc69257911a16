package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A small process beside the demo that cleans up after it if it is killed without a
 * chance to do so itself. The two are tied by a pipe, which the system closes when the
 * demo ends.
 */
public final class Guardian {

	private Guardian() {
	}

	static Process start(DemoFolder folder) throws IOException {
		return new ProcessBuilder(List.of(JarProcess.java(), "-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
				"-classpath", System.getProperty("java.class.path"), Guardian.class.getName(), folder.toString()))
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	/**
	 * Waits for the demo to end.
	 * @param arguments the folder of the demo
	 * @throws IOException if the pipe breaks in another way
	 */
	public static void main(String[] arguments) throws IOException {
		while (System.in.read() >= 0) {
			continue;
		}
		// somebody else has the folder: the next demo, which has cleaned up itself
		@Nullable DemoFolder folder = DemoFolder.take(Path.of(arguments[0]));
		if (folder != null) {
			cleanUp(folder);
			folder.close();
		}
	}

	/**
	 * Stops whatever an earlier run left behind.
	 * @param folder the folder, held by this process
	 * @return whether there was anything
	 */
	static boolean cleanUp(DemoFolder folder) {
		int processes = new StartedProcesses(folder.processes()).stopAll();
		boolean server = PostgresControl.stop(folder.server(), folder.cluster());
		return processes > 0 || server;
	}

}
