using System.Globalization;

namespace CommunityFund.Statements;

/// <summary>A caption of a statement in both languages, as its file gives it.</summary>
public sealed record Bilingual(string Zh, string En)
{
    /// <summary>In the reader's language.</summary>
    public override string ToString() => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En : Zh;

    internal Bilingual Filled(string place, Bilingual with) => new(
        Zh.Replace(place, with.Zh, StringComparison.Ordinal), En.Replace(place, with.En, StringComparison.Ordinal));
}
