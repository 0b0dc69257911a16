package io.agentmetrics.aggregator.door.file;

import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * How far an import has come.
 *
 * @param records how many records have been read
 * @param written how many executions were new or changed
 * @param incomplete how many were stored without a value that is wrong
 * @param rejected how many records were not stored
 */
record ImportCounts(long records, long written, long incomplete, long rejected) {

	static final ImportCounts NONE = new ImportCounts(0, 0, 0, 0);

	static ImportCounts of(ExecutionContext context) {
		return new ImportCounts(context.getLong("records", 0), context.getLong("written", 0),
				context.getLong("incomplete", 0), context.getLong("rejected", 0));
	}

	void putInto(ExecutionContext context) {
		context.putLong("records", this.records);
		context.putLong("written", this.written);
		context.putLong("incomplete", this.incomplete);
		context.putLong("rejected", this.rejected);
	}

	ImportCounts plus(ImportCounts more) {
		return new ImportCounts(this.records + more.records, this.written + more.written,
				this.incomplete + more.incomplete, this.rejected + more.rejected);
	}

}
