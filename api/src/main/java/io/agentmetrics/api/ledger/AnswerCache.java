package io.agentmetrics.api.ledger;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.AsyncCache;
import io.agentmetrics.api.limit.RequestWork;
import io.agentmetrics.api.limit.Turn;
import io.agentmetrics.api.problem.ProblemException;

/**
 * A cache of answers. However many ask for a missing one at once, the first computes it
 * and the others wait. A failure goes to all of them and is not kept; but if the request
 * of the first was stopped, the next computes the answer.
 *
 * @param <K> what is asked
 * @param <V> the answer
 */
public final class AnswerCache<K, V> {

	private final AsyncCache<K, V> cache;

	AnswerCache(AsyncCache<K, V> cache) {
		this.cache = cache;
	}

	/** Returns one answer. */
	public V get(K key, Supplier<V> computed) {
		V answer = getAll(Set.of(key), (missing) -> Map.of(key, computed.get())).get(key);
		if (answer == null) {
			throw new IllegalStateException("No answer to " + key);
		}
		return answer;
	}

	/**
	 * Returns many answers.
	 * @return the answers; without what could not be answered
	 */
	public Map<K, V> getAll(Collection<K> keys, Function<Set<K>, Map<K, V>> computed) {
		while (true) {
			RequestWork.current().ifPresent(RequestWork::requireWanted);
			try (Turn _ = isComputed(keys) ? () -> {
			} : RequestWork.turn()) {
				// in the caller's thread: it would wait anyway, and keeps its own context
				return new LinkedHashMap<>(await(this.cache.getAll(keys,
						(missing, executor) -> CompletableFuture.completedFuture(compute(missing, computed)))));
			}
			catch (AbandonedException ex) {
				// the request that computed it was stopped: not this one, perhaps
			}
		}
	}

	/**
	 * Returns whether all answers are there or being computed, so that the caller needs
	 * no turn.
	 */
	private boolean isComputed(Collection<K> keys) {
		return keys.stream().allMatch(this.cache.asMap()::containsKey);
	}

	private static <K, V> Map<K, V> compute(Set<? extends K> missing, Function<Set<K>, Map<K, V>> computed) {
		try {
			return computed.apply(Set.copyOf(missing));
		}
		catch (RuntimeException ex) {
			if (RequestWork.current().filter(RequestWork::isOver).isPresent()) {
				throw new AbandonedException(ex);
			}
			throw ex;
		}
	}

	private static <T> T await(CompletableFuture<T> answers) {
		try {
			return RequestWork.current().isPresent()
					? answers.get(RequestWork.current().get().timeLeft().toNanos(), TimeUnit.NANOSECONDS)
					: answers.join();
		}
		catch (ExecutionException | CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new CompletionException(ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new ProblemException(RequestWork.TOO_LONG);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ProblemException(RequestWork.TOO_LONG);
		}
	}

	void forget() {
		this.cache.synchronous().invalidateAll();
	}

	/**
	 * The request that computed an answer was stopped.
	 */
	private static final class AbandonedException extends RuntimeException {

		AbandonedException(RuntimeException cause) {
			super(cause);
		}

	}

}
