package io.agentmetrics.aggregator;

/**
 * How a run ended, for whoever launched it. SIGTERM ends the process with 143 by itself.
 */
enum ExitCode {

	/** Everything is up to date, perhaps it was before. */
	DONE(0),

	/** The arguments or settings are wrong. */
	BAD_ARGUMENTS(2),

	/** Another aggregator is at work. */
	BUSY(3),

	/** There is no database, or it has no schema. */
	NO_DATABASE(4),

	/** Something was not aggregated; the next run tries again. */
	FAILED(5);

	private final int value;

	ExitCode(int value) {
		this.value = value;
	}

	int value() {
		return this.value;
	}

}
