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
 * Makes caches whose statistics are exported under their name.
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
	 * Makes a cache for answers that are right for a few seconds.
	 * @param <K> what is asked; never contains the time
	 */
	public <K, V> AnswerCache<K, V> open(String name) {
		AnswerCache<K, V> cache = open(name, this.properties.openWindows());
		this.open.add(cache);
		return cache;
	}

	/**
	 * Makes a cache for answers that cost so much that they are kept for a time of their
	 * own.
	 * @param kept how long an answer is served; 0 keeps none
	 * @param <K> what is asked; never contains the time
	 */
	public <K, V> AnswerCache<K, V> open(String name, Duration kept) {
		return cache(name, Caffeine.newBuilder().expireAfterWrite(kept));
	}

	/**
	 * Makes a cache for answers that are right for good.
	 * @param <K> what is asked, with the revision of what the answer rests on
	 */
	public <K, V> AnswerCache<K, V> closed(String name) {
		return cache(name, Caffeine.newBuilder().expireAfterAccess(this.properties.closedDays()));
	}

	/**
	 * Forgets the answers that are right for a few seconds, because what they rest on has
	 * changed. Those under way are not kept either.
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
