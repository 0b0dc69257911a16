package io.agentmetrics.aggregator.door.file;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStream;
import org.springframework.batch.infrastructure.item.ItemStreamException;

/**
 * Counts what an import has done, those before it included that were interrupted, and
 * shows it: an event in the log every few seconds, and a sentence at the end.
 */
final class ImportProgress implements ItemStream {

	private static final Logger logger = LoggerFactory.getLogger(ImportProgress.class);

	private static final long LOG_NANOS = Duration.ofSeconds(10).toNanos();

	private final PrintStream terminal = System.out;

	private final ImportRequest request;

	private final CsvFile file;

	private final long started = System.nanoTime();

	private long logged = this.started;

	private ImportCounts counts = ImportCounts.NONE;

	ImportProgress(ImportRequest request, CsvFile file) {
		this.request = request;
		this.file = file;
	}

	void add(ImportCounts more) {
		this.counts = this.counts.plus(more);
	}

	@Override
	public void open(ExecutionContext context) {
		this.counts = ImportCounts.of(context);
		if (this.counts.records() > 0) {
			event().log("Going on where an earlier import was interrupted");
		}
	}

	@Override
	public void update(ExecutionContext context) {
		this.counts.putInto(context);
		if (System.nanoTime() - this.logged > LOG_NANOS) {
			this.logged = System.nanoTime();
			logProgress();
		}
	}

	private void logProgress() {
		if (this.request.isStandardInput()) {
			event().log("Importing");
			return;
		}
		try {
			event().addKeyValue("bytes", this.file.bytesRead())
				.addKeyValue("ofBytes", this.request.path().toFile().length())
				.log("Importing");
		}
		catch (IOException ex) {
			throw new ItemStreamException("The file cannot be read", ex);
		}
	}

	/**
	 * Shows how the import has ended.
	 * @param done whether all of the file has been read
	 */
	void end(boolean done, RejectsFile rejects) {
		event().addKeyValue("millis", Duration.ofNanos(System.nanoTime() - this.started).toMillis())
			.log(done ? "Import ended" : "Import interrupted");
		this.terminal.printf(
				"%s %d records of %s: %d stored (%d of them new or changed, %d without a value that is wrong), "
						+ "%d rejected%s%n",
				done ? "Imported" : "Interrupted after", this.counts.records(), this.request.file(),
				this.counts.records() - this.counts.rejected(), this.counts.written(), this.counts.incomplete(),
				this.counts.rejected(), (this.counts.rejected() > 0) ? " (" + rejects.path() + " says why)" : "");
	}

	private LoggingEventBuilder event() {
		return logger.atInfo()
			.addKeyValue("source", this.request.source())
			.addKeyValue("records", this.counts.records())
			.addKeyValue("written", this.counts.written())
			.addKeyValue("incomplete", this.counts.incomplete())
			.addKeyValue("rejected", this.counts.rejected());
	}

}
