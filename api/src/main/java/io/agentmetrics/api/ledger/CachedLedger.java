package io.agentmetrics.api.ledger;

import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/**
 * Keeps the ledger for a few seconds, because every answer needs it.
 */
@Component
@Primary
final class CachedLedger implements LedgerQuery {

	private static final String KEY = "current";

	private final LedgerRepository ledger;

	private final AnswerCache<String, Ledger> cache;

	CachedLedger(LedgerRepository ledger, AnswerCaches caches) {
		this.ledger = ledger;
		this.cache = caches.open("ledger");
	}

	@Override
	public Ledger current() {
		return this.cache.get(KEY, this.ledger::current);
	}

}
