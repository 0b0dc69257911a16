package io.agentmetrics.api.limit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * The work for one request, on all of its threads, with its deadline and its bounds of
 * memory and database work. When the deadline has passed or the client has gone, the work
 * is stopped: running statements are cancelled, and no new ones begin.
 */
public final class RequestWork {

	static final ThreadLocal<@Nullable RequestWork> current = new ThreadLocal<>();

	private static final ThreadLocal<@Nullable RequestWork> inTurn = new ThreadLocal<>();

	private static final Turn NONE = () -> {
	};

	/** The problem of a request whose deadline has passed. */
	public static final Problem TOO_LONG = new Problem(ProblemKind.TIMEOUT,
			"The request took too long to answer; asking for less may succeed.");

	/** The problem of a request whose client has gone. */
	public static final Problem HUNG_UP = new Problem(ProblemKind.TIMEOUT, "The client has hung up.");

	/** The attribute of a WebSocket's session that holds its client. */
	public static final String CLIENT = RequestWork.class.getName() + ".client";

	private static final Problem MEMORY_TAKEN = new Problem(ProblemKind.BUSY,
			"The API is busy with large answers; the same request may succeed in a few seconds.");

	private final RequestWorks works;

	private final String clientName;

	private final Turns.Share share;

	private final long started = System.nanoTime();

	private final AtomicLong bytes = new AtomicLong();

	private final AtomicBoolean finished = new AtomicBoolean();

	private final CompletableFuture<Problem> stopped = new CompletableFuture<>();

	private final Set<HeldConnection> connections = ConcurrentHashMap.newKeySet();

	private volatile boolean bounded = true;

	private volatile Runnable atEnd = () -> {
	};

	private volatile ClientConnection client = ClientConnection.UNKNOWN;

	RequestWork(RequestWorks works, String client, Turns.Share share) {
		this.works = works;
		this.clientName = client;
		this.share = share;
	}

	/**
	 * Returns the work that the current thread is part of.
	 * @return empty for what is done for no request
	 */
	public static Optional<RequestWork> current() {
		return Optional.ofNullable(current.get());
	}

	/**
	 * Returns the client.
	 * @return a token's subject, or an address
	 */
	public String client() {
		return this.clientName;
	}

	/**
	 * Waits for the turn of the current thread to compute something. A thread that has a
	 * turn, or works for no request, does not wait.
	 * @return has to be closed by the same thread
	 * @throws ProblemException if nobody waits for the answer any more, or the API is
	 * busy
	 */
	public static Turn turn() {
		RequestWork work = current.get();
		if (work == null || !work.bounded || inTurn.get() == work) {
			return NONE;
		}
		Turn turn = work.works.turns().take(work, work.share);
		inTurn.set(work);
		return () -> {
			inTurn.remove();
			turn.close();
		};
	}

	/**
	 * Adds to the memory that the answer takes, in bytes; it is given back when the
	 * answer has been sent.
	 * @throws ProblemException if that is more than one answer may take, or all of them
	 * together
	 */
	public void claim(long more) {
		if (this.bytes.addAndGet(more) > this.works.answerBytes()) {
			this.bytes.addAndGet(-more);
			throw stopped(new Problem(ProblemKind.TOO_COMPLEX,
					"The answer takes more than the %d MB of memory that one answer may take; ask for fewer agents, executions or fields at once."
						.formatted(this.works.answerBytes() >> 20)));
		}
		if (!this.works.answers().take(more)) {
			this.bytes.addAndGet(-more);
			this.works.busy().increment();
			throw stopped(MEMORY_TAKEN);
		}
		if (this.finished.get()) {
			// too late for the end to give it back
			this.works.answers().giveBack(this.bytes.getAndSet(0));
		}
	}

	private ProblemException stopped(Problem problem) {
		stop(problem);
		return new ProblemException(problem);
	}

	/** Returns whether the work was stopped or is finished. */
	public boolean isOver() {
		return this.finished.get() || this.stopped.isDone() || nanosLeft() <= 0;
	}

	/**
	 * Throws the reason if the work was stopped.
	 * @throws ProblemException if {@link #isOver()}
	 */
	public void requireWanted() {
		if (isOver()) {
			throw new ProblemException(this.stopped.getNow(TOO_LONG));
		}
	}

	/**
	 * Returns the time until the deadline.
	 * @return none if the deadline has passed
	 */
	public Duration timeLeft() {
		return Duration.ofNanos(Math.max(0, nanosLeft()));
	}

	long nanosLeft() {
		return this.bounded ? this.works.timeout().toNanos() - (System.nanoTime() - this.started) : Long.MAX_VALUE;
	}

	/**
	 * Stops the work.
	 * @param problem what the caller is told, if it still listens
	 */
	public void stop(Problem problem) {
		if (this.stopped.complete(problem)) {
			this.works.turns().wake(this.share);
		}
	}

	/**
	 * Returns a future that completes when the work is stopped, with the reason.
	 * @return never completes if it is not stopped
	 */
	public CompletableFuture<Problem> stopped() {
		return this.stopped;
	}

	/**
	 * Lifts the bounds of this work, for callers that have bounds of their own.
	 */
	public void leaveBounds() {
		this.client.leave();
		this.bounded = false;
	}

	/**
	 * Ends the work: the answer has been sent, or there will be none.
	 */
	public void finish() {
		if (this.finished.compareAndSet(false, true)) {
			this.client.leave();
			this.atEnd.run();
			this.works.answers().giveBack(this.bytes.getAndSet(0));
			this.works.turns().wake(this.share);
			this.works.turns().end(this.share);
		}
	}

	void atEnd(Runnable action) {
		this.atEnd = action;
	}

	void watch(ClientConnection client) {
		this.client = client;
	}

	void opened(HeldConnection connection) {
		this.connections.add(connection);
	}

	void closed(HeldConnection connection) {
		this.connections.remove(connection);
	}

	/** Returns whether the work is finished and holds no connection. */
	boolean isDone() {
		return this.finished.get() && this.connections.isEmpty();
	}

	/**
	 * Stops the work if its deadline has passed or its client has gone.
	 * @return the connections on which something is under way that nobody waits for
	 */
	List<HeldConnection> abandoned() {
		if (!this.bounded) {
			return List.of();
		}
		if (!this.finished.get() && !this.stopped.isDone()) {
			if (nanosLeft() <= 0) {
				stopElsewhere(TOO_LONG);
			}
			else if (this.client.isGone()) {
				stopElsewhere(HUNG_UP);
			}
		}
		return isOver() ? List.copyOf(this.connections) : List.of();
	}

	/** Stops the work on another thread, because what waits for that runs there. */
	private void stopElsewhere(Problem problem) {
		Thread.startVirtualThread(() -> stop(problem));
	}

	/** Carries the work from one thread to another. */
	static final class Carrier implements ThreadLocalAccessor<RequestWork> {

		@Override
		public Object key() {
			return RequestWork.class;
		}

		@Override
		public @Nullable RequestWork getValue() {
			return current.get();
		}

		@Override
		public void setValue(RequestWork work) {
			current.set(work);
		}

		@Override
		public void setValue() {
			current.remove();
		}

	}

}
