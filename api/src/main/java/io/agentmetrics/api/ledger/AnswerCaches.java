package io.agentmetrics.api.ledger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;

import org.springframework.stereotype.Component;

/**
 * Creates caches, whose statistics are exported under their names.
 */
@Component
public final class AnswerCaches {

	private final CacheProperties properties;

	private final MeterRegistry meters;

	private final List<AnswerCache<?, ?>> open = new CopyOnWriteArrayList<>();

	AnswerCaches(CacheProperties properties, MeterRegistry meters) {
		this.properties = properties;
		this.meters = meters;
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
	 * Creates a cache for answers that stay right.
	 * @param <K> what is asked, with the revision of what the answer rests on
	 */
	public <K, V> AnswerCache<K, V> closed(String name) {
		return cache(name, Caffeine.newBuilder().expireAfterAccess(this.properties.closedDays()));
	}

	/**
	 * Drops all answers that are right for a few seconds, also those that are being
	 * computed.
	 */
	public void forgetOpen() {
		this.open.forEach(AnswerCache::forget);
	}

	private <K, V> AnswerCache<K, V> cache(String name, Caffeine<Object, Object> caffeine) {
		Weigher<K, V> weigher = (key, answer) -> (answer instanceof Weighted weighted) ? weighted.weight() : 1;
		AsyncCache<K, V> cache = caffeine.maximumWeight(this.properties.maximumSize())
			.weigher(weigher)
			.recordStats()
			.buildAsync();
		return new AnswerCache<>(CaffeineCacheMetrics.monitor(this.meters, cache, name));
	}

}
