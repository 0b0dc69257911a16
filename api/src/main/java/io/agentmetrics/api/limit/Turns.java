package io.agentmetrics.api.limit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.agentmetrics.api.problem.Problem;
import io.agentmetrics.api.problem.ProblemException;
import io.agentmetrics.api.problem.ProblemKind;

/**
 * A fair semaphore: the next turn goes to the waiting client that has the fewest, and of
 * its requests to the one that has the fewest. A client has no more than its equal share,
 * since its statements slow down those of the others in the database. So no request and
 * no client can starve the others.
 */
final class Turns {

	private static final Problem BUSY = new Problem(ProblemKind.BUSY,
			"The API is busy with the requests of others; the same request may succeed in a few seconds.");

	private static final Comparator<Share> FEWEST_FIRST = Comparator.<Share>comparingInt((share) -> share.client.taken)
		.thenComparingInt((share) -> share.taken);

	private final int total;

	private final int perClient;

	private final int perRequest;

	private final long patience;

	private final Runnable busy;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<String, Client> clients = new HashMap<>();

	/** The waiting requests, the one that has waited longest first. */
	private final Set<Share> waiting = new LinkedHashSet<>();

	private int taken;

	/** How many clients have a turn or wait for one. */
	private int busyClients;

	/**
	 * Creates turns.
	 * @param perClient how many of them one client may have
	 * @param perRequest how many of them one request may have
	 * @param patience how long a request waits that gets none at all
	 * @param busy is told when one has waited so long
	 */
	Turns(int total, int perClient, int perRequest, Duration patience, Runnable busy) {
		this.total = total;
		this.perClient = perClient;
		this.perRequest = perRequest;
		this.patience = patience.toNanos();
		this.busy = busy;
	}

	/** Registers a request, which has no turns yet. */
	Share share(String client) {
		this.lock.lock();
		try {
			Client owner = this.clients.computeIfAbsent(client, Client::new);
			owner.requests++;
			return new Share(owner);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits for a turn.
	 * @return has to be closed
	 * @throws ProblemException if nobody waits for the request any more, or it gets no
	 * turn for a long time
	 */
	Turn take(RequestWork work, Share share) {
		this.lock.lock();
		try {
			Waiter waiter = new Waiter(this.lock.newCondition());
			share.waiters.add(waiter);
			this.waiting.add(share);
			wanted(share.client);
			grant();
			try {
				await(waiter, work, share);
			}
			catch (RuntimeException ex) {
				leave(waiter, share);
				throw ex;
			}
		}
		finally {
			this.lock.unlock();
		}
		return () -> giveBack(share);
	}

	private void await(Waiter waiter, RequestWork work, Share share) {
		long since = System.nanoTime();
		while (!waiter.granted) {
			work.requireWanted();
			long waited = System.nanoTime() - Math.max(since, share.lastTurn);
			if (share.taken == 0 && waited > this.patience) {
				this.busy.run();
				throw new ProblemException(BUSY);
			}
			try {
				// a request that has a turn already is not refused, however long it waits
				long left = (share.taken > 0) ? this.patience : this.patience - waited + 1;
				waiter.turned.await(Math.max(1, Math.min(left, work.nanosLeft())), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new ProblemException(BUSY);
			}
		}
	}

	private void leave(Waiter waiter, Share share) {
		share.waiters.remove(waiter);
		if (share.waiters.isEmpty()) {
			this.waiting.remove(share);
		}
		if (waiter.granted) {
			release(share);
		}
		else {
			unwanted(share.client);
			grant();
		}
	}

	private void wanted(Client client) {
		if (client.wanted++ == 0) {
			this.busyClients++;
		}
	}

	private void unwanted(Client client) {
		if (--client.wanted == 0) {
			this.busyClients--;
		}
	}

	private void giveBack(Share share) {
		this.lock.lock();
		try {
			release(share);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void release(Share share) {
		share.taken--;
		share.client.taken--;
		share.lastTurn = System.nanoTime();
		this.taken--;
		unwanted(share.client);
		grant();
	}

	private void grant() {
		while (this.taken < this.total) {
			Optional<Share> next = this.waiting.stream().filter(this::mayHaveMore).min(FEWEST_FIRST);
			if (next.isEmpty()) {
				return;
			}
			Share share = next.get();
			Waiter waiter = share.waiters.remove();
			// behind those that have as few
			this.waiting.remove(share);
			if (!share.waiters.isEmpty()) {
				this.waiting.add(share);
			}
			share.taken++;
			share.client.taken++;
			this.taken++;
			waiter.granted = true;
			waiter.turned.signal();
		}
	}

	private boolean mayHaveMore(Share share) {
		// rounded down, some turns would stay idle that somebody waits for
		int equalShare = Math.ceilDiv(this.total, this.busyClients);
		return share.taken < this.perRequest && share.client.taken < Math.min(this.perClient, equalShare);
	}

	/** Wakes the threads that wait for a request, because it was stopped. */
	void wake(Share share) {
		this.lock.lock();
		try {
			share.waiters.forEach((waiter) -> waiter.turned.signal());
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Removes a request; turns that it still has are given back by their threads. */
	void end(Share share) {
		this.lock.lock();
		try {
			if (--share.client.requests == 0) {
				this.clients.remove(share.client.name);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Returns how many turns are taken. */
	int taken() {
		this.lock.lock();
		try {
			return this.taken;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A request with its turns.
	 */
	static final class Share {

		private final Client client;

		private final Deque<Waiter> waiters = new ArrayDeque<>();

		private int taken;

		private long lastTurn = System.nanoTime();

		private Share(Client client) {
			this.client = client;
		}

	}

	/**
	 * A client with running requests.
	 */
	private static final class Client {

		private final String name;

		private int requests;

		private int taken;

		/** Turns that it has or waits for. */
		private int wanted;

		private Client(String name) {
			this.name = name;
		}

	}

	/**
	 * A thread that waits.
	 */
	private static final class Waiter {

		private final Condition turned;

		private boolean granted;

		private Waiter(Condition turned) {
			this.turned = turned;
		}

	}

}
