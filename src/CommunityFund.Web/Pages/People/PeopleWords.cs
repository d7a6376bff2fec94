using CommunityFund.Books;

namespace CommunityFund.Web.Pages.People;

/// <summary>Words that people's pages make of names and marks.</summary>
internal static class PeopleWords
{
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("MicroMessenger/", "WeChat"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("HarmonyOS", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>Browser and system, as far as the browser says.</summary>
    public static string BrowserOf(this Words words, string agent)
    {
        string? browser = Find(Browsers, agent), system = Find(Systems, agent);
        return browser is null && system is null ? words["sessions.unknown-browser"]
            : browser is null || system is null ? (browser ?? system)! : $"{browser} · {system}";
    }

    /// <summary>What a command is called; a name without words is shown as it is rather than left out.</summary>
    public static string CommandOf(this Words words, string command, bool taken) =>
        taken ? words.Has($"command.{command}") ? words["log.taken", words[$"command.{command}"].Value] : words["log.taken-some"]
        : words.Has($"command.{command}") ? words[$"command.{command}"] : command;

    private static string? Find((string Mark, string Name)[] marks, string agent) =>
        marks.FirstOrDefault(mark => agent.Contains(mark.Mark, StringComparison.Ordinal)).Name;
}
