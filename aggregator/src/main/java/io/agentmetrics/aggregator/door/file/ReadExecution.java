package io.agentmetrics.aggregator.door.file;

/**
 * A record of a file, and the execution that its cells say: {@link ForeignExecution#NONE}
 * if the record has a fault.
 */
record ReadExecution(FileRecord record, ForeignExecution execution) {

	boolean isReadable() {
		return this.record.fault() == null;
	}

}
