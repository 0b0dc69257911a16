package io.agentmetrics.api.ledger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Creates caches, whose statistics are exported under their names.
 */
@Component
public final class AnswerCaches {

	private static final Logger logger = LoggerFactory.getLogger(AnswerCaches.class);

	/** With the default of 15 s a page that asks once a minute does not wait. */
	private static final int MOST_TIMES_AS_OLD = 5;

	private final CacheProperties properties;

	private final MeterRegistry meters;

	private final Ticker ticker;

	private final AtomicLong refreshes = new AtomicLong();

	private final List<AnswerCache<?, ?>> open = new CopyOnWriteArrayList<>();

	@Autowired
	AnswerCaches(CacheProperties properties, MeterRegistry meters) {
		this(properties, meters, Ticker.systemTicker());
	}

	/** Creates caches whose answers grow older by a ticker. */
	AnswerCaches(CacheProperties properties, MeterRegistry meters, Ticker ticker) {
		this.properties = properties;
		this.meters = meters;
		this.ticker = ticker;
	}

	/**
	 * Creates a cache for answers that are right for a few seconds.
	 * @param <K> what is asked; never contains the time
	 */
	public <K, V> AnswerCache<K, V> open(String name) {
		AnswerCache<K, V> cache = open(name, this.properties.openWindows());
		this.open.add(cache);
		return cache;
	}

	/**
	 * Creates a cache for expensive answers, which are kept for a time of their own.
	 * @param kept how long an answer is served; 0 keeps none
	 * @param <K> what is asked; never contains the time
	 */
	public <K, V> AnswerCache<K, V> open(String name, Duration kept) {
		return cache(name, Caffeine.newBuilder().expireAfterWrite(kept));
	}

	/**
	 * Creates a cache for expensive answers that nobody is to wait for again and again.
	 * Who asks for one that has been served for long enough gets it all the same, while
	 * it is computed again for no request; if that fails, it only grows older. One that
	 * is {@value #MOST_TIMES_AS_OLD} times as old is not served.
	 * @param kept how long an answer is served before it is computed again; 0 keeps none
	 * @param computed computes the answer to a question
	 * @param <K> what is asked; never contains the time
	 */
	public <K, V> AnswerCache<K, V> refreshed(String name, Duration kept, Function<K, V> computed) {
		if (kept.isZero()) {
			return open(name, kept);
		}
		AtomicBoolean failing = new AtomicBoolean();
		return monitored(name,
				limited(Caffeine.newBuilder()
					.refreshAfterWrite(kept)
					.expireAfterWrite(kept.multipliedBy(MOST_TIMES_AS_OLD))
					.executor((refresh) -> Thread.ofVirtual().name("refresh").start(refresh)))
					.buildAsync((key, executor) -> refresh(name, () -> computed.apply(key), failing, executor)));
	}

	/**
	 * Computes an answer for no request, so that only the log tells if that fails.
	 * @param failing whether the one before failed, too, which need not be told again
	 */
	private <V> CompletableFuture<V> refresh(String cache, Supplier<V> computed, AtomicBoolean failing,
			Executor executor) {
		CompletableFuture<V> answer = new CompletableFuture<>();
		executor.execute(() -> {
			try {
				answer.complete(computed.get());
				this.refreshes.incrementAndGet();
				failing.set(false);
			}
			catch (RuntimeException | Error ex) {
				if (!failing.getAndSet(true)) {
					logger.atWarn()
						.addKeyValue("cache", cache)
						.addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(ex).toString())
						.log("An answer could not be computed again; the one before is served until it is too old");
				}
				// Caffeine would log what failed once more, and at length
				answer.cancel(false);
			}
		});
		return answer;
	}

	/**
	 * Creates a cache for answers that stay right.
	 * @param <K> what is asked, with the revision of what the answer rests on
	 */
	public <K, V> AnswerCache<K, V> closed(String name) {
		return cache(name, Caffeine.newBuilder().expireAfterAccess(this.properties.closedDays()));
	}

	/** Returns how many answers have been computed for no request, of all caches. */
	public long refreshes() {
		return this.refreshes.get();
	}

	/**
	 * Drops all answers that are right for a few seconds, also those that are being
	 * computed.
	 */
	public void forgetOpen() {
		this.open.forEach(AnswerCache::forget);
	}

	private <K, V> AnswerCache<K, V> cache(String name, Caffeine<Object, Object> caffeine) {
		return monitored(name, this.<K, V>limited(caffeine).buildAsync());
	}

	private <K, V> Caffeine<K, V> limited(Caffeine<Object, Object> caffeine) {
		Weigher<K, V> weigher = (key, answer) -> (key instanceof Weighted question ? question.weight() : 0)
				+ (answer instanceof Weighted weighted ? weighted.weight() : 1);
		return caffeine.maximumWeight(this.properties.maximumSize()).weigher(weigher).ticker(this.ticker).recordStats();
	}

	private <K, V> AnswerCache<K, V> monitored(String name, AsyncCache<K, V> cache) {
		return new AnswerCache<>(CaffeineCacheMetrics.monitor(this.meters, cache, name));
	}

}
