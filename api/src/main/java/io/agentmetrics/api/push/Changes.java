package io.agentmetrics.api.push;

import java.time.Duration;
import java.util.Optional;

import io.agentmetrics.api.ledger.AnswerCaches;
import io.agentmetrics.api.push.ChangeRepository.Look;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/**
 * Looks for changes while there are subscribers, once for all of them. Before they hear
 * of a change, the cached answers that it may have outdated are dropped.
 */
final class Changes {

	private static final Logger logger = LoggerFactory.getLogger(Changes.class);

	private final ChangeRepository repository;

	private final AnswerCaches caches;

	private final PushProperties properties;

	private final Flux<Change> shared;

	Changes(ChangeRepository repository, AnswerCaches caches, PushProperties properties, Scheduler scheduler) {
		this.repository = repository;
		this.caches = caches;
		this.properties = properties;
		this.shared = Flux.defer(() -> looks(scheduler)).replay(1).refCount();
	}

	/**
	 * Returns what each look finds, beginning with the last one: what is asked from then
	 * on either has what was written before, or the next look finds it.
	 * @return never ends
	 */
	Flux<Change> stream() {
		return this.shared;
	}

	private Flux<Change> looks(Scheduler scheduler) {
		Looking looking = new Looking();
		return Flux.interval(Duration.ZERO, this.properties.interval(), scheduler)
			.onBackpressureDrop()
			.map(looking::next);
	}

	private boolean timeHasPassed(long tick) {
		long ticks = Math.max(1, this.properties.recheck().dividedBy(this.properties.interval()));
		return tick % ticks == 0;
	}

	/**
	 * The looks from the first subscriber to the last.
	 */
	private final class Looking {

		private @Nullable Look last;

		private boolean missed;

		private long refreshes = Changes.this.caches.refreshes();

		Change next(long tick) {
			try {
				Change change = change(tick);
				if (!(change instanceof Change.Nothing)) {
					Changes.this.caches.forgetOpen();
				}
				this.missed = false;
				return change;
			}
			catch (DataAccessException ex) {
				if (!this.missed) {
					logger.atWarn()
						.addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(ex).getMessage())
						.log("Subscribers are not told of changes until the database answers again");
				}
				this.missed = true;
				return new Change.Nothing();
			}
		}

		private Change change(long tick) {
			Look before = this.last;
			Look now = Changes.this.repository.look((before != null) ? before.snapshot() : null);
			this.last = now;
			if (this.missed) {
				return new Change.Written(Optional.empty());
			}
			if (before == null) {
				return new Change.TimePassed();
			}
			boolean refreshed = noteRefreshes();
			Optional<Change> written = now.since(before);
			if (!refreshed && !timeHasPassed(tick)) {
				return written.orElseGet(Change.Nothing::new);
			}
			// of agents that write all the time the others would hear nothing else
			return written.isPresent() ? new Change.Written(Optional.empty()) : new Change.TimePassed();
		}

		/**
		 * Returns whether an answer that was served has been computed again since the
		 * last look.
		 */
		private boolean noteRefreshes() {
			long before = this.refreshes;
			this.refreshes = Changes.this.caches.refreshes();
			return this.refreshes != before;
		}

	}

}
