package io.agentmetrics.api.export;

import java.util.concurrent.Semaphore;

import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;

import org.springframework.stereotype.Component;

/**
 * Bounds how many exports run at once, so that slow readers cannot take all connections
 * to the database.
 */
@Component
final class ExportSlots {

	private final int concurrent;

	private final Semaphore free;

	ExportSlots(ExportProperties properties) {
		this.concurrent = properties.concurrent();
		this.free = new Semaphore(this.concurrent);
	}

	/**
	 * Takes a slot, without waiting for one.
	 * @return gives it back when closed
	 * @throws ProblemException if all are taken
	 */
	Slot take() {
		if (!this.free.tryAcquire()) {
			throw new ProblemException(ProblemKind.UNAVAILABLE,
					"%d exports are running, which is as many as may: try again later.".formatted(this.concurrent));
		}
		return this.free::release;
	}

	/**
	 * A place for one export.
	 */
	interface Slot extends AutoCloseable {

		@Override
		void close();

	}

}
