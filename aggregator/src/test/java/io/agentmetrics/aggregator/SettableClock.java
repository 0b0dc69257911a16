package io.agentmetrics.aggregator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until a test moves it.
 */
final class SettableClock extends Clock {

	private final AtomicReference<Instant> now;

	private final ZoneId zone;

	SettableClock(Instant now) {
		this(new AtomicReference<>(now), ZoneOffset.UTC);
	}

	private SettableClock(AtomicReference<Instant> now, ZoneId zone) {
		this.now = now;
		this.zone = zone;
	}

	void set(Instant instant) {
		this.now.set(instant);
	}

	void advance(Duration step) {
		this.now.updateAndGet((instant) -> instant.plus(step));
	}

	@Override
	public Instant instant() {
		return this.now.get();
	}

	@Override
	public ZoneId getZone() {
		return this.zone;
	}

	@Override
	public Clock withZone(ZoneId other) {
		return new SettableClock(this.now, other);
	}

}
