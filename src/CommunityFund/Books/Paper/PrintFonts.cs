using System.Xml.Linq;

namespace CommunityFund.Books;

/// <summary>
/// Shows the browser the font that this program brings, as if it were installed: ten megabytes are then read once, not sent with
/// every sheet. Beside it stand the machine's fonts, for characters that it lacks.
/// </summary>
internal static class PrintFonts
{
    private static readonly string Ours = Path.Combine(AppContext.BaseDirectory, "fonts");

    /// <summary>All that the browser gets to know of its surroundings.</summary>
    /// <param name="directory">Its own, for what it wants to keep while it runs.</param>
    public static Dictionary<string, string> Environment(string directory)
    {
        string config = Path.Combine(directory, "fonts.conf");
        new XDocument(
            new XDocumentType("fontconfig", null, "urn:fontconfig:fonts.dtd", null),
            new XElement("fontconfig",
                new XElement("include", new XAttribute("ignore_missing", "yes"), "/etc/fonts/fonts.conf"),
                new XElement("dir", Ours),
                new XElement("cachedir", Path.Combine(directory, "fonts")))).Save(config);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["FONTCONFIG_FILE"] = config,
            ["HOME"] = directory,
            ["TMPDIR"] = directory,
            ["XDG_CONFIG_HOME"] = directory,
            ["XDG_CACHE_HOME"] = directory,
            ["LANG"] = "C.UTF-8",
            ["TZ"] = "Asia/Shanghai",
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        };
    }
}
