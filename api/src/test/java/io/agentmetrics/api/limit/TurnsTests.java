package io.agentmetrics.api.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class TurnsTests {

	// 16 connections, of which 4 are reserved
	private final RequestWorks works = new RequestWorks(new LimitProperties(20, 500, 4_000, DataSize.ofKilobytes(256),
			Duration.ofSeconds(15), DataSize.ofMegabytes(1), 3, 6), 16, new SimpleMeterRegistry());

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final Queue<Thread> asking = new ConcurrentLinkedQueue<>();

	private final CountDownLatch enough = new CountDownLatch(1);

	@AfterEach
	void end() {
		this.enough.countDown();
		this.threads.close();
		this.works.close();
	}

	@Test
	void neitherARequestNorAClientHasAllTurns() {
		AtomicInteger request = new AtomicInteger();
		AtomicInteger client = new AtomicInteger();
		hold(this.works.open("greedy"), 150, request);
		awaitCount(request, 3);
		hold(this.works.open("greedy"), 150, client);
		hold(this.works.open("greedy"), 150, client);
		awaitCount(client, 3);
		assertThat(this.works.turns().taken()).isEqualTo(6);
		AtomicInteger other = new AtomicInteger();
		hold(this.works.open("other"), 1, other);
		awaitCount(other, 1);
	}

	@Test
	void whoHasFewestIsNext() {
		Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
		List<RequestWork> greedy = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			greedy.add(this.works.open("greedy " + i));
		}
		CountDownLatch oneOnly = new CountDownLatch(1);
		AtomicInteger held = new AtomicInteger();
		hold(greedy.get(0), 1, held, oneOnly);
		awaitCount(held, 1);
		for (RequestWork work : greedy) {
			hold(work, 50, counts.computeIfAbsent(work.client(), (name) -> new AtomicInteger()));
		}
		awaitTaken(12);
		AtomicInteger modest = new AtomicInteger();
		hold(this.works.open("modest"), 1, modest);
		assertThat(modest).hasValue(0);
		oneOnly.countDown();
		awaitCount(modest, 1);
	}

	@Test
	void clientHasNoMoreThanItsEqualShareWhileOthersCompute() {
		CountDownLatch othersAreDone = new CountDownLatch(1);
		AtomicInteger others = new AtomicInteger();
		for (int i = 0; i < 8; i++) {
			hold(this.works.open("modest " + i), 1, others, othersAreDone);
		}
		awaitCount(others, 8);
		AtomicInteger greedy = new AtomicInteger();
		hold(this.works.open("greedy"), 50, greedy);
		awaitCount(greedy, 2);
		awaitWaiting(48);
		assertThat(greedy).hasValue(2);
		assertThat(this.works.turns().taken()).isEqualTo(10);
		othersAreDone.countDown();
		awaitCount(greedy, 3);
	}

	@Test
	void eightClientsHaveTheirTurnsBesideThreeThatWantAllOfThem() {
		CountDownLatch firstFields = new CountDownLatch(1);
		AtomicInteger before = new AtomicInteger();
		Map<String, AtomicInteger> after = new ConcurrentHashMap<>();
		for (int i = 0; i < 3; i++) {
			RequestWork hostile = this.works.open("hostile " + i);
			hold(hostile, 3, before, firstFields);
			awaitCount(before, 3 * (i + 1));
			hold(hostile, 20, after.computeIfAbsent(hostile.client(), (name) -> new AtomicInteger()));
		}
		AtomicInteger good = new AtomicInteger();
		for (int i = 0; i < 8; i++) {
			hold(this.works.open("good " + i), 1, good);
		}
		awaitCount(good, 3);
		awaitWaiting(3 * 20 + 5);
		firstFields.countDown();
		awaitCount(good, 8);
		await().until(() -> after.values().stream().mapToInt(AtomicInteger::get).sum() >= 4);
		assertThat(this.works.turns().taken()).isEqualTo(12);
		assertThat(after.values()).allSatisfy((hostile) -> assertThat(hostile).hasValueBetween(1, 2));
	}

	@Test
	void threadThatHasATurnNeedsNoOther() {
		RequestWork work = this.works.open("nested");
		RequestWork.current.set(work);
		try (Turn _ = RequestWork.turn()) {
			try (Turn _ = RequestWork.turn()) {
				assertThat(this.works.turns().taken()).isOne();
			}
			assertThat(this.works.turns().taken()).isOne();
		}
		finally {
			RequestWork.current.remove();
		}
		assertThat(this.works.turns().taken()).isZero();
	}

	@Test
	void workThatIsStoppedWaitsNoLonger() {
		RequestWork work = this.works.open("stopped");
		AtomicInteger failed = new AtomicInteger();
		for (int i = 0; i < 10; i++) {
			this.threads.execute(() -> {
				RequestWork.current.set(work);
				try (Turn _ = RequestWork.turn()) {
					awaitQuietly(this.enough);
				}
				catch (ProblemException ex) {
					failed.incrementAndGet();
				}
			});
		}
		awaitTaken(3);
		work.stop(new Problem(ProblemKind.TIMEOUT, "Over."));
		awaitCount(failed, 7);
	}

	@Test
	void memoryOfAnAnswerIsBoundedAndGivenBack() {
		RequestWork work = this.works.open("large");
		work.claim(1_000_000);
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> work.claim(100_000))
			.withMessageContaining("1 MB");
		assertThat(work.isOver()).isTrue();
		assertThat(this.works.answers().taken()).isEqualTo(1_000_000);
		work.finish();
		assertThat(this.works.answers().taken()).isZero();
	}

	private void hold(RequestWork work, int turns, AtomicInteger got) {
		hold(work, turns, got, this.enough);
	}

	private void hold(RequestWork work, int turns, AtomicInteger got, CountDownLatch until) {
		for (int i = 0; i < turns; i++) {
			this.threads.execute(() -> {
				this.asking.add(Thread.currentThread());
				RequestWork.current.set(work);
				try (Turn _ = RequestWork.turn()) {
					got.incrementAndGet();
					awaitQuietly(until);
				}
			});
		}
	}

	private void awaitWaiting(int turns) {
		await().until(() -> this.asking.stream()
			.filter((thread) -> thread.getState() == Thread.State.TIMED_WAITING)
			.count() == turns);
	}

	private void awaitTaken(int turns) {
		await().until(() -> this.works.turns().taken() >= turns);
	}

	private static void awaitCount(AtomicInteger count, int expected) {
		await().until(() -> count.get() >= expected);
		assertThat(count).hasValue(expected);
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
