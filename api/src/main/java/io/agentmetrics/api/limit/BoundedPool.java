package io.agentmetrics.api.limit;

import javax.sql.DataSource;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/**
 * Wraps the connection pool so that requests use connections within their bounds.
 */
@Component
final class BoundedPool implements BeanPostProcessor, Ordered {

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		return (bean instanceof DataSource pool) ? new RequestConnections(pool) : bean;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
