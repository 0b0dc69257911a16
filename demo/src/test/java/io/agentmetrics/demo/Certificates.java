package io.agentmetrics.demo;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Certificates made with openssl: {@code ca.crt} is an authority, {@code server.crt} with
 * {@code server.key} a server named localhost that it vouches for, and {@code other.crt}
 * an authority that does not.
 *
 * @param folder where they lie
 */
record Certificates(Path folder) {

	/** Skips the test where openssl is not installed. */
	static Certificates make(Path folder) throws Exception {
		Certificates made = new Certificates(Files.createDirectory(folder.resolve("certificates")));
		made.authority("ca");
		made.authority("other");
		Path names = Files.writeString(made.file("names"), "subjectAltName=DNS:localhost\n");
		openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", made.file("server.key"),
				"-out", made.file("server.csr"));
		openssl("x509", "-req", "-days", "2", "-in", made.file("server.csr"), "-CA", made.file("ca.crt"), "-CAkey",
				made.file("ca.key"), "-CAcreateserial", "-extfile", names, "-out", made.file("server.crt"));
		return made;
	}

	Path file(String name) {
		return this.folder.resolve(name);
	}

	/** For clients that trust {@code ca.crt} and nobody else. */
	SSLContext trust() throws Exception {
		KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
		trusted.load(null, null);
		try (InputStream certificate = Files.newInputStream(file("ca.crt"))) {
			trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
		}
		TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		managers.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, managers.getTrustManagers(), null);
		return context;
	}

	private void authority(String name) throws Exception {
		openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name, "-keyout",
				file(name + ".key"), "-out", file(name + ".crt"));
	}

	private static void openssl(Object... arguments) throws Exception {
		String[] line = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
		Product.Run run = Tool.installed("openssl").run("", line);
		assertThat(run.exitCode()).as(run.output()).isZero();
	}

}
