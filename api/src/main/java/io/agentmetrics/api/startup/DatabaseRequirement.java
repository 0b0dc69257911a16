package io.agentmetrics.api.startup;

import io.agentmetrics.db.SuitableDatabase;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to start without a database, before anything goes looking for one.
 */
@Component
final class DatabaseRequirement implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		Environment environment = beans.getBean(Environment.class);
		SuitableDatabase.requirePostgres(environment.getProperty("spring.datasource.url"));
	}

}
