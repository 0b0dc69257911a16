package io.agentmetrics.api.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * How browsers keep the page: its own files until they differ, libraries, whose addresses
 * have a version, for a year.
 */
@Configuration(proxyBeanMethods = false)
class PageConfiguration implements WebMvcConfigurer {

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		own(registry, "/index.html", "classpath:/static/");
		own(registry, "/assets/**", "classpath:/static/assets/");
		registry.addResourceHandler("/webjars/**")
			.addResourceLocations("classpath:/META-INF/resources/webjars/")
			.setCacheControl(CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable());
	}

	/**
	 * The build is reproducible: the files of all versions have one modification time.
	 */
	private static void own(ResourceHandlerRegistry registry, String pattern, String location) {
		registry.addResourceHandler(pattern)
			.addResourceLocations(location)
			.setCacheControl(CacheControl.noCache())
			.setUseLastModified(false)
			.setEtagGenerator(PageConfiguration::etag);
	}

	/** A weak one: Tomcat does not compress what has a strong one. */
	private static String etag(Resource file) {
		try {
			return "W/\"" + DigestUtils.md5DigestAsHex(file.getContentAsByteArray()) + "\"";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
