package io.agentmetrics.receiver.trace;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.agentmetrics.otlp.OtlpFormat;
import io.agentmetrics.otlp.SpanReading;
import io.agentmetrics.otlp.SpanRules;
import io.agentmetrics.otlp.store.Receipt;
import io.agentmetrics.otlp.store.SpanStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Stores the spans of requests, each request in one transaction.
 */
@Component
class TraceReceiver {

	private static final Logger logger = LoggerFactory.getLogger(TraceReceiver.class);

	private final DataSource dataSource;

	private final SpanRules rules;

	private final SpanStore store;

	private final Receipts receipts;

	private final ReceiverProperties properties;

	TraceReceiver(DataSource dataSource, Receipts receipts, ReceiverProperties properties) {
		this.dataSource = dataSource;
		this.rules = new SpanRules(properties.agentIds());
		this.store = new SpanStore(properties.sameNameIsSameRun(), properties.newAgentsPerHour(),
				properties.keepSpans());
		this.receipts = receipts;
		this.properties = properties;
	}

	/**
	 * Stores the spans of a request. When it returns, they are durable.
	 * @return what became of them
	 * @throws io.agentmetrics.otlp.OtlpException if the body is no request
	 * @throws IOException if the body cannot be read
	 * @throws SQLException if nothing is stored
	 */
	Receipt receive(OtlpFormat format, InputStream body) throws IOException, SQLException {
		List<SpanReading> readings = new ArrayList<>();
		format.read(body, this.properties.spansPerRequest(), (span) -> readings.add(this.rules.read(span)));
		if (readings.isEmpty()) {
			return new Receipt();
		}
		Receipt receipt;
		try (Connection connection = this.dataSource.getConnection()) {
			receipt = this.store.store(connection, readings);
			connection.commit();
		}
		this.receipts.add(receipt);
		return receipt;
	}

	/** Forgets what no trace needs any more. */
	@Scheduled(fixedDelayString = "PT1M")
	void forget() {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(true);
			this.store.forget(connection);
		}
		catch (SQLException ex) {
			logger.atWarn().addKeyValue("cause", ex.getMessage()).log("Old spans are not forgotten; it is tried again");
		}
	}

}
