package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Remembers in a file which processes a run has started, so that a later run can stop
 * those that outlived it.
 */
final class StartedProcesses {

	private static final Duration GRACE = Duration.ofSeconds(20);

	private final Path file;

	StartedProcesses(Path file) {
		this.file = file;
	}

	void add(ProcessHandle process) {
		try {
			Files.writeString(this.file, "%d %d%n".formatted(process.pid(), startMs(process)),
					StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Stops the processes that still run and forgets all.
	 * @return how many still ran
	 */
	int stopAll() {
		if (!Files.exists(this.file)) {
			return 0;
		}
		try {
			List<ProcessHandle> alive = Files.readAllLines(this.file)
				.stream()
				.map((line) -> line.split(" "))
				.flatMap((parts) -> ProcessHandle.of(Long.parseLong(parts[0]))
					// the system may have given the number to somebody else since
					.filter((process) -> startMs(process) == Long.parseLong(parts[1]))
					.stream())
				.toList();
			stop(alive);
			Files.delete(this.file);
			return alive.size();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Asks processes to stop and, if they do not, makes them.
	 * @param processes processes that may have ended
	 */
	static void stop(List<ProcessHandle> processes) {
		processes.forEach(ProcessHandle::destroy);
		CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
			.completeOnTimeout(null, GRACE.toMillis(), TimeUnit.MILLISECONDS)
			.join();
		processes.forEach(ProcessHandle::destroyForcibly);
	}

	private static long startMs(ProcessHandle process) {
		return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
	}

}
