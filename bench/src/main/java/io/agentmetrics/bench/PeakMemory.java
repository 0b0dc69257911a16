package io.agentmetrics.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the kernel for a process's high-water mark until it is gone; 0 where there is no
 * /proc.
 */
final class PeakMemory {

	private static final Pattern HIGH_WATER_MARK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

	private static final long INTERVAL_MILLIS = 50;

	private volatile long mb;

	private PeakMemory() {
	}

	static PeakMemory watch(Process process) {
		PeakMemory peak = new PeakMemory();
		Path status = Path.of("/proc", Long.toString(process.pid()), "status");
		Thread.ofVirtual().start(() -> peak.lookUntilEndOf(process, status));
		return peak;
	}

	private void lookUntilEndOf(Process process, Path status) {
		try {
			while (!process.waitFor(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
				look(status);
			}
		}
		catch (IOException ex) {
			// the process ended between the question and the look, or there is no /proc
			return;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void look(Path status) throws IOException {
		Matcher matcher = HIGH_WATER_MARK.matcher(Files.readString(status));
		if (matcher.find()) {
			this.mb = Long.parseLong(matcher.group(1)) / 1024;
		}
	}

	/**
	 * Returns the most memory the process had at once.
	 * @return in MB, as of at most 50 ms ago
	 */
	long mb() {
		return this.mb;
	}

}
