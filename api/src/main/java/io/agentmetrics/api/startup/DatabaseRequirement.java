package io.agentmetrics.api.startup;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Refuses to start without a database, before anything goes looking for one.
 */
@Component
final class DatabaseRequirement implements BeanFactoryPostProcessor {

	private static final Pattern SCHEME = Pattern.compile("^([A-Za-z0-9+.-]+:){0,2}");

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
		Environment environment = beans.getBean(Environment.class);
		String url = environment.getProperty("spring.datasource.url");
		if (!StringUtils.hasText(url)) {
			throw new DatabaseNotConfiguredException();
		}
		if (!url.startsWith("jdbc:postgresql:")) {
			throw new DatabaseNotConfiguredException(
					SCHEME.matcher(url).results().findFirst().map(MatchResult::group).orElse(""));
		}
	}

}
