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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;

class AnswerCacheTests {

	private static final Duration KEPT = Duration.ofSeconds(15);

	private final AtomicLong nanos = new AtomicLong();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final AnswerCaches caches = new AnswerCaches(
			new CacheProperties(Duration.ofMinutes(1), Duration.ofMinutes(1), 100), this.meters, this.nanos::get);

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
					awaitAll(allAsk);
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
				none.closed("none at all"), none.refreshed("none beside", Duration.ZERO, (key) -> 0))) {
			this.computations.set(0);
			assertThat(cache.get("a", this.computations::incrementAndGet)).isEqualTo(1);
			assertThat(cache.get("a", this.computations::incrementAndGet)).isEqualTo(2);
		}
	}

	@Test
	void expensiveAnswerIsServedWhileItIsComputedAgain() {
		CountDownLatch served = new CountDownLatch(1);
		AnswerCache<String, Integer> cache = this.caches.refreshed("refreshed", KEPT, (key) -> {
			awaitAll(served);
			return this.computations.incrementAndGet();
		});
		assertThat(cache.get("a", () -> -1)).isEqualTo(-1);
		pass(KEPT.plusSeconds(1));
		assertThat(cache.get("a", AnswerCacheTests::nobodyWaits)).isEqualTo(-1);
		assertThat(cache.get("a", AnswerCacheTests::nobodyWaits)).isEqualTo(-1);
		served.countDown();
		await().untilAsserted(() -> assertThat(cache.get("a", AnswerCacheTests::nobodyWaits)).isEqualTo(1));
		pass(KEPT.minusSeconds(1));
		assertThat(cache.get("a", AnswerCacheTests::nobodyWaits)).isEqualTo(1);
		assertThat(this.computations).hasValue(1);
		await().untilAsserted(() -> assertThat(this.caches.refreshes()).isEqualTo(1));
	}

	@Test
	void expensiveAnswerThatNobodyAskedForGrowsTooOld() {
		AnswerCache<String, Integer> cache = this.caches.refreshed("too old", KEPT,
				(key) -> this.computations.incrementAndGet());
		cache.get("a", () -> -1);
		pass(KEPT.multipliedBy(5));
		assertThat(cache.get("a", () -> -2)).isEqualTo(-2);
		assertThat(this.computations).hasValue(0);
	}

	@Test
	void expensiveAnswerThatCannotBeComputedAgainIsServedUntilItIsTooOld() {
		AnswerCache<String, Integer> cache = this.caches.refreshed("away", KEPT, (key) -> {
			this.computations.incrementAndGet();
			throw new IllegalStateException("away");
		});
		cache.get("a", () -> -1);
		pass(KEPT.plusSeconds(1));
		assertThat(cache.get("a", AnswerCacheTests::nobodyWaits)).isEqualTo(-1);
		await().untilAtomic(this.computations, greaterThan(0));
		assertThat(cache.get("a", AnswerCacheTests::nobodyWaits)).isEqualTo(-1);
		pass(KEPT.multipliedBy(4));
		assertThatIllegalStateException().isThrownBy(() -> cache.get("a", AnswerCacheTests::nobodyWaits));
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

	private void pass(Duration time) {
		this.nanos.addAndGet(time.toNanos());
	}

	private static int nobodyWaits() {
		throw new IllegalStateException("Asked to wait");
	}

	private double gets(String cache, String result) {
		return this.meters.get("cache.gets").tags("cache", cache, "result", result).functionCounter().count();
	}

	private static void awaitAll(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
