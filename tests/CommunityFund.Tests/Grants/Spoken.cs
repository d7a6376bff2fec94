using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Grants;

/// <summary>What a reader is told, in both languages.</summary>
internal static partial class Spoken
{
    private static readonly Words Words = Words.From([typeof(Words).Assembly]);
    private static readonly Words Bare = Words.From([typeof(Words).Assembly], _ => { });
    private static readonly CultureInfo Zh = CultureInfo.GetCultureInfo("zh-CN"), En = CultureInfo.GetCultureInfo("en");
    private static readonly Dictionary<string, object?> NoFacts = [];

    /// <summary>The refusal has this code, and its words hold these texts.</summary>
    public static void ShouldSay(this Refusal refusal, string code, string zh, string en)
    {
        refusal.Code.ShouldBe(code);
        Tell(refusal);
        Of(refusal, Zh).ShouldContain(zh);
        Of(refusal, En).ShouldContain(en);
    }

    public static string Of(Refusal refusal, CultureInfo reader) => Words.Of(refusal, reader);

    /// <summary>Tells a guard of a grant's life in both languages: every fact that its sentence names has something to show, neither language
    /// stands in the other, and who can put it right is said as <see cref="GuardSentences"/> has it. Other refusals pass.</summary>
    public static Refusal Tell(Refusal refusal)
    {
        if (GuardSentences.All.TryGetValue(refusal.Code, out var told))
        {
            Of(refusal, Zh).ShouldContain(told.Zh);
            Of(refusal, En).ShouldContain(told.En);
            (string zh, string en) = (Template(refusal, Zh), Template(refusal, En));
            foreach (string fact in Fact().Matches(zh + en).Select(match => match.Groups["name"].Value).Distinct())
            {
                refusal.Facts.TryGetValue(fact, out object? value).ShouldBeTrue($"{refusal.Code} names {fact}");
                Words.Show(value, Zh).ShouldNotBeEmpty($"{refusal.Code}, {fact}");
            }

            Latin().Matches(Fact().Replace(zh, "")).Select(match => match.Value).Except(["SHA"]).ShouldBeEmpty(zh);
            Han().IsMatch(en).ShouldBeFalse(en);
        }

        return refusal;
    }

    private static string Template(Refusal refusal, CultureInfo reader) => Bare.Named($"refusal.{refusal.Code}", NoFacts, reader);

    [GeneratedRegex(@"\{(?<name>[a-z]+)\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fact();

    [GeneratedRegex("[A-Za-z]{3,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Latin();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Han();
}
