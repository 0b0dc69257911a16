package io.agentmetrics.api.limit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.context.ContextRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The work for all requests, and the turns and memory that they share. Every tenth of a
 * second it stops the work that no client waits for any more.
 */
@Component
public final class RequestWorks implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RequestWorks.class);

	private static final Duration LOOK = Duration.ofMillis(100);

	/** How long a request waits for its first turn. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/**
	 * Connections that are left for work outside of requests: change detection, counting,
	 * health.
	 */
	private static final int RESERVED = 4;

	private final LimitProperties limits;

	private final LongAdder busy = new LongAdder();

	private final Turns turns;

	private final SharedMemory answers = new SharedMemory(Runtime.getRuntime().maxMemory() / 4);

	private final Set<RequestWork> all = ConcurrentHashMap.newKeySet();

	private final ScheduledExecutorService looking = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("requests").factory());

	RequestWorks(LimitProperties limits, @Value("${spring.datasource.hikari.maximum-pool-size:16}") int connections,
			MeterRegistry meters) {
		this.limits = limits;
		this.turns = new Turns(Math.max(1, connections - RESERVED), limits.connectionsPerClient(),
				limits.connectionsPerRequest(), PATIENCE, this.busy::increment);
		ContextRegistry.getInstance().registerThreadLocalAccessor(new RequestWork.Carrier());
		Gauge.builder("agent.metrics.requests.memory", this.answers, SharedMemory::taken)
			.description("Memory that answers under way take, as far as it is counted")
			.baseUnit("bytes")
			.register(meters);
		Gauge.builder("agent.metrics.requests.turns", this.turns, Turns::taken)
			.description("Fields that are computed at the moment")
			.register(meters);
		FunctionCounter.builder("agent.metrics.requests.busy", this.busy, LongAdder::sum)
			.description("Requests that were told that the API is busy")
			.register(meters);
		this.looking.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Begins the work for a request.
	 * @return has to be finished
	 */
	public RequestWork open(String client) {
		RequestWork work = new RequestWork(this, client, this.turns.share(client));
		this.all.add(work);
		return work;
	}

	Turns turns() {
		return this.turns;
	}

	SharedMemory answers() {
		return this.answers;
	}

	LongAdder busy() {
		return this.busy;
	}

	long answerBytes() {
		return this.limits.answer().toBytes();
	}

	Duration timeout() {
		return this.limits.timeout();
	}

	private void look() {
		try {
			this.all.removeIf(RequestWork::isDone);
			for (RequestWork work : this.all) {
				work.abandoned().forEach(RequestWorks::cancel);
			}
		}
		catch (RuntimeException ex) {
			// the next look is due all the same
			logger.atError().setCause(ex).log("Requests could not be looked after");
		}
	}

	/**
	 * Cancels the running statement, over a connection of its own; repeated until it has
	 * ended.
	 */
	private static void cancel(HeldConnection connection) {
		Thread.startVirtualThread(() -> {
			try {
				connection.cancel();
			}
			catch (SQLException ex) {
				logger.atDebug().setCause(ex).log("A statement could not be cancelled");
			}
		});
	}

	@Override
	public void close() {
		this.looking.shutdownNow();
	}

}
