package io.agentmetrics.api.limit;

/**
 * The right to compute something and to hold a connection to the database meanwhile.
 */
public interface Turn extends AutoCloseable {

	@Override
	void close();

}
