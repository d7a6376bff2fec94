using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Grants;

/// <summary>What a reader is told, in both languages.</summary>
internal static class Spoken
{
    private static readonly Words Words = Words.From([typeof(Words).Assembly]);

    /// <summary>The refusal has this code, and its words hold these texts.</summary>
    public static void ShouldSay(this Refusal refusal, string code, string zh, string en)
    {
        refusal.Code.ShouldBe(code);
        Words.Of(refusal, CultureInfo.GetCultureInfo("zh-CN")).ShouldContain(zh);
        Words.Of(refusal, CultureInfo.GetCultureInfo("en")).ShouldContain(en);
    }
}
