package io.agentmetrics.api.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class AnswerCacheTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final AnswerCaches caches = new AnswerCaches(
			new CacheProperties(Duration.ofMinutes(1), Duration.ofMinutes(1), 100), this.meters);

	private final AtomicInteger computations = new AtomicInteger();

	@Test
	void answerIsComputedOnce() {
		AnswerCache<String, String> cache = this.caches.open("once");
		assertThat(cache.get("a", () -> "first")).isEqualTo("first");
		assertThat(cache.get("a", () -> "second")).isEqualTo("first");
	}

	@Test
	void onlyMissingAnswersAreComputed() {
		AnswerCache<String, String> cache = this.caches.open("missing");
		cache.get("a", () -> "kept");
		Map<String, String> answers = cache.getAll(List.of("a", "b", "c"), (missing) -> {
			assertThat(missing).isEqualTo(Set.of("b", "c"));
			return missing.stream().collect(Collectors.toMap((key) -> key, (key) -> "new"));
		});
		assertThat(answers).isEqualTo(Map.of("a", "kept", "b", "new", "c", "new"));
	}

	@Test
	void manyWhoMissTheSameAnswerWaitForOneComputation() throws Exception {
		AnswerCache<String, String> cache = this.caches.open("flight");
		CountDownLatch allAsk = new CountDownLatch(200);
		try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
			Callable<String> client = () -> {
				allAsk.countDown();
				return cache.get("a", () -> {
					this.computations.incrementAndGet();
					await(allAsk);
					return "answer";
				});
			};
			for (Future<String> answer : clients.invokeAll(IntStream.range(0, 200).mapToObj((i) -> client).toList())) {
				assertThat(answer.get()).isEqualTo("answer");
			}
		}
		assertThat(this.computations).hasValue(1);
	}

	@Test
	void failureIsNotKept() {
		AnswerCache<String, String> cache = this.caches.open("failure");
		assertThatIllegalStateException().isThrownBy(() -> cache.get("a", () -> {
			throw new IllegalStateException("away");
		})).withMessage("away");
		assertThat(cache.get("a", () -> "back")).isEqualTo("back");
	}

	@Test
	void zeroSecondsKeepNothing() {
		AnswerCaches none = TestCaches.none();
		for (AnswerCache<String, Integer> cache : List.<AnswerCache<String, Integer>>of(none.open("none"),
				none.closed("none at all"))) {
			this.computations.set(0);
			assertThat(cache.get("a", this.computations::incrementAndGet)).isEqualTo(1);
			assertThat(cache.get("a", this.computations::incrementAndGet)).isEqualTo(2);
		}
	}

	@Test
	void hitsAndMissesAreCounted() {
		AnswerCache<String, String> cache = this.caches.closed("counted");
		cache.get("a", () -> "answer");
		cache.get("a", () -> "answer");
		cache.get("a", () -> "answer");
		assertThat(gets("counted", "hit")).isEqualTo(2);
		assertThat(gets("counted", "miss")).isEqualTo(1);
	}

	private double gets(String cache, String result) {
		return this.meters.get("cache.gets").tags("cache", cache, "result", result).functionCounter().count();
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
