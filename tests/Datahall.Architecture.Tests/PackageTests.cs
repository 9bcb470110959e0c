using System.Xml.Linq;

namespace Datahall.Architecture.Tests;

public sealed class PackageTests
{
    [Fact]
    public void Every_package_says_why_it_is_here()
    {
        var silent =
            from package in XDocument.Load(Repository.At("Directory.Packages.props")).Descendants("PackageVersion")
            let before = package.NodesBeforeSelf().LastOrDefault(static node => node is not XText)
            where before is not XComment { Value: var why } || why.Trim().Length < 10
            select $"{package.Attribute("Include")!.Value} has no comment line above it that argues for it";

        Expect.None(silent);
    }

    [Fact]
    public void Every_package_has_one_exact_version()
    {
        var loose =
            from package in XDocument.Load(Repository.At("Directory.Packages.props")).Descendants("PackageVersion")
            let version = package.Attribute("Version")!.Value
            where version.IndexOfAny(['*', '[', '(', ',', '$']) >= 0
            select $"{package.Attribute("Include")!.Value} {version}";

        Expect.None(loose);
    }
}
