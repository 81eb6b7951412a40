//! The Maven projects that gather OpenSearch: one for each of its folders, so that each has the
//! dependencies of its own artifact.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::files;

/// The version of OpenSearch.
pub(crate) const VERSION: &str = "3.4.0";

const DEPENDENCY_PLUGIN: &str = "3.8.1";

/// A folder of the server, the artifacts that it is made of, and the class of its plugin.
#[derive(Debug)]
pub(crate) struct Folder {
    /// The path below the server's home.
    pub(crate) path: &'static str,
    /// The plugin's class; the server's own libraries have none.
    pub(crate) class: Option<&'static str>,
    artifacts: &'static [(&'static str, &'static str, &'static str)],
}

const fn module(
    path: &'static str,
    class: &'static str,
    artifacts: &'static [(&'static str, &'static str, &'static str)],
) -> Folder {
    Folder { path, class: Some(class), artifacts }
}

/// The folders that Maven fills with jars.
pub(crate) const FOLDERS: [Folder; 10] = [
    Folder {
        path: "lib",
        class: None,
        artifacts: &[
            ("org.opensearch", "opensearch", VERSION),
            ("org.opensearch", "opensearch-cli", VERSION),
            ("org.opensearch", "opensearch-plugin-classloader", VERSION),
            ("org.opensearch", "opensearch-agent", VERSION),
            ("org.opensearch", "opensearch-agent-bootstrap", VERSION),
            ("org.apache.logging.log4j", "log4j-core", "2.21.0"),
        ],
    },
    module(
        "modules/transport-netty4",
        "org.opensearch.transport.Netty4ModulePlugin",
        &[("org.opensearch.plugin", "transport-netty4-client", VERSION)],
    ),
    module(
        "modules/lang-painless",
        "org.opensearch.painless.PainlessModulePlugin",
        &[("org.opensearch.plugin", "lang-painless", VERSION)],
    ),
    module(
        "modules/reindex",
        "org.opensearch.index.reindex.ReindexModulePlugin",
        &[("org.opensearch.plugin", "reindex-client", VERSION)],
    ),
    module(
        "modules/mapper-extras",
        "org.opensearch.index.mapper.MapperExtrasModulePlugin",
        &[("org.opensearch.plugin", "mapper-extras-client", VERSION)],
    ),
    module(
        "modules/lang-mustache",
        "org.opensearch.script.mustache.MustacheModulePlugin",
        &[("org.opensearch.plugin", "lang-mustache-client", VERSION)],
    ),
    module(
        "modules/analysis-common",
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
        &[("org.opensearch.plugin", "analysis-common", VERSION)],
    ),
    module(
        "modules/parent-join",
        "org.opensearch.join.ParentJoinModulePlugin",
        &[("org.opensearch.plugin", "parent-join-client", VERSION)],
    ),
    module(
        "modules/aggs-matrix-stats",
        "org.opensearch.search.aggregations.matrix.MatrixAggregationModulePlugin",
        &[("org.opensearch.plugin", "aggs-matrix-stats-client", VERSION)],
    ),
    Folder {
        path: SECURITY,
        class: None,
        artifacts: &[("org.apache.commons", "commons-collections4", "4.4")],
    },
];

/// Where the Security plugin lies.
pub(crate) const SECURITY: &str = "plugins/opensearch-security";

/// Fills the server's folders below `home`; `projects` is a folder to work in.
pub(crate) fn gather(projects: &Path, home: &Path) -> Result<()> {
    require_maven()?;
    files::folder(projects)?;
    files::write(&projects.join("pom.xml"), &parent(), 0o644)?;
    for folder in &FOLDERS {
        let project = projects.join(folder.project());
        files::folder(&project)?;
        files::write(&project.join("pom.xml"), &folder.pom(), 0o644)?;
    }
    let output = Command::new("mvn")
        .args(["--batch-mode", "--quiet", "--update-snapshots", "generate-resources"])
        .arg("-Dstyle.color=never")
        .arg(format!("-Dhome={}", home.display()))
        .current_dir(projects)
        .stdin(Stdio::null())
        .output()
        .context("cannot run mvn")?;
    let all = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&all);
    ensure!(output.status.success(), "mvn could not gather OpenSearch {VERSION}. It said:\n{said}");
    Ok(())
}

/// What decides which jars are gathered: when it changes, they are gathered anew.
pub(crate) fn recipe() -> String {
    let folders: String = FOLDERS.iter().map(Folder::pom).collect();
    folders + &parent()
}

fn require_maven() -> Result<()> {
    if Command::new("mvn").arg("--version").stdin(Stdio::null()).output().is_err() {
        bail!("mvn is missing, which gathers OpenSearch: `apt-get install maven`");
    }
    Ok(())
}

impl Folder {
    fn project(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    fn pom(&self) -> String {
        let name = self.project();
        let dependencies: String = self.artifacts.iter().map(dependency).collect();
        let unpack = if self.path == SECURITY { unpack() } else { String::new() };
        format!(
            "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>modelgate</groupId><artifactId>stack</artifactId><version>1</version></parent>
  <artifactId>stack-{name}</artifactId>
  <packaging>pom</packaging>
  <dependencies>{dependencies}</dependencies>
  <build><plugins><plugin>
    <artifactId>maven-dependency-plugin</artifactId>
    <version>{DEPENDENCY_PLUGIN}</version>
    <executions>{unpack}
      <execution>
        <id>jars</id>
        <phase>generate-resources</phase>
        <goals><goal>copy-dependencies</goal></goals>
        <configuration>
          <outputDirectory>${{home}}/{path}</outputDirectory>
          <includeScope>runtime</includeScope>
        </configuration>
      </execution>
    </executions>
  </plugin></plugins></build>
</project>
",
            path = self.path,
        )
    }
}

fn dependency((group, artifact, version): &(&str, &str, &str)) -> String {
    format!(
        "
    <dependency>
      <groupId>{group}</groupId>
      <artifactId>{artifact}</artifactId>
      <version>{version}</version>
    </dependency>"
    )
}

fn unpack() -> String {
    format!(
        "
      <execution>
        <id>plugin</id>
        <phase>generate-resources</phase>
        <goals><goal>unpack</goal></goals>
        <configuration><artifactItems><artifactItem>
          <groupId>org.opensearch.plugin</groupId>
          <artifactId>opensearch-security</artifactId>
          <version>{VERSION}.0</version>
          <type>zip</type>
          <outputDirectory>${{home}}/{SECURITY}</outputDirectory>
        </artifactItem></artifactItems></configuration>
      </execution>"
    )
}

fn parent() -> String {
    let module = |folder: &Folder| format!("<module>{}</module>", folder.project());
    let modules: String = FOLDERS.iter().map(module).collect();
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">
  <modelVersion>4.0.0</modelVersion>
  <groupId>modelgate</groupId>
  <artifactId>stack</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <modules>{modules}</modules>
</project>
"
    )
}
