package io.agentmetrics.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Stands at noon of the real today, so that partitions are there, until it is moved.
 */
public final class TestClock extends Clock {

	private volatile Instant now = LocalDate.now(ZoneOffset.UTC).atTime(12, 0).toInstant(ZoneOffset.UTC);

	public void advance(Duration duration) {
		this.now = this.now.plus(duration);
	}

	public LocalDate today() {
		return LocalDate.ofInstant(this.now, ZoneOffset.UTC);
	}

	@Override
	public Instant instant() {
		return this.now;
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

}
