package io.agentmetrics.api.cache;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.AsyncCache;

/**
 * Answers by what was asked. However many ask for a missing one at once, the first
 * computes it and the others wait for that; a failure is handed to all of them and not
 * kept.
 *
 * @param <K> what is asked
 * @param <V> the answer
 */
public final class AnswerCache<K, V> {

	private final AsyncCache<K, V> cache;

	AnswerCache(AsyncCache<K, V> cache) {
		this.cache = cache;
	}

	/**
	 * Returns one answer.
	 * @param key what is asked
	 * @param computed computes it if it is missing
	 * @return the answer
	 */
	public V get(K key, Supplier<V> computed) {
		V answer = getAll(Set.of(key), (missing) -> Map.of(key, computed.get())).get(key);
		if (answer == null) {
			throw new IllegalStateException("No answer to " + key);
		}
		return answer;
	}

	/**
	 * Returns many answers.
	 * @param keys what is asked
	 * @param computed computes the missing ones together
	 * @return the answers; without what could not be answered
	 */
	public Map<K, V> getAll(Collection<K> keys, Function<Set<K>, Map<K, V>> computed) {
		// in the caller's thread: it would wait anyway, and keeps its own context
		CompletableFuture<Map<K, V>> answers = this.cache.getAll(keys,
				(missing, executor) -> CompletableFuture.completedFuture(computed.apply(Set.copyOf(missing))));
		try {
			return new LinkedHashMap<>(answers.join());
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	void forget() {
		this.cache.synchronous().invalidateAll();
	}

}
