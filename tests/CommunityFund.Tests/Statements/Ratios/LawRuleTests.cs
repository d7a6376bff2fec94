using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;

namespace CommunityFund.Tests.Statements.Ratios;

/// <summary>The table of the law as it is shipped: which rule binds whom from which fen on, and what a broken file is refused with.</summary>
public sealed class LawRuleTests
{
    /// <summary>Flaw, detail, and the change of the shipped file that brings it about.</summary>
    public static TheoryData<StandardFlaw, string, string, string> Flaws => new()
    {
        { StandardFlaw.BadNumber, "170", "share: 70, of: [last-income, average-income] }]\n    most: [{ what: management, share: 10", "share: 170, of: [last-income, average-income] }]\n    most: [{ what: management, share: 10" },
        { StandardFlaw.BadNumber, "200,000", "share: 10, of: [spend], exempt-below: 200000", "share: 10, of: [spend], exempt-below: \"200,000\"" },
        { StandardFlaw.BadNumber, "3000000", "{ at-least: 4000000, below: 8000000 }", "{ at-least: 4000000, below: 3000000 }" },
        { StandardFlaw.BadWord, "last-incom", "share: 50, of: [last-income", "share: 50, of: [last-incom" },
        { StandardFlaw.BadWord, "net-assets", "what: fundraising, share: 3", "what: net-assets, share: 3" },
        { StandardFlaw.BadWord, "fundation", "kinds: [foundation]\n    public: yes\n    charity: yes\n    from: 2016-09-01", "kinds: [fundation]\n    public: yes\n    charity: yes\n    from: 2016-09-01" },
        { StandardFlaw.BadDate, "2016-13-01", "charity: yes\n    from: 2016-09-01\n    least", "charity: yes\n    from: 2016-13-01\n    least" },
        { StandardFlaw.BadDate, "2003-08-31", "public: yes\n    charity: any\n    from: 2004-06-01\n    to: 2016-08-31", "public: yes\n    charity: any\n    from: 2004-06-01\n    to: 2003-08-31" },
        { StandardFlaw.DuplicateRow, "group-500", "key: group-100\n", "key: group-500\n" },
        { StandardFlaw.UnknownField, "forumla", "formula: \"{commitment}:closing\"", "forumla: \"{commitment}:closing\"" },
        { StandardFlaw.UnknownAccount, "programme-costs", "\"programme-cost[ordinary]\"", "\"programme-costs[ordinary]\"" },
        { StandardFlaw.CountedTwice, "programme-cost: 总支出 {expense}[ordinary] / 总支出 programme-cost[ordinary]", "\"{expense}[ordinary]\"", "\"{expense}[ordinary] + programme-cost[ordinary]\"" },
        { StandardFlaw.MissingField, "committed", "  - { key: committed, zh: 已批未付的资助, en: Grants awarded and not yet paid, formula: \"{commitment}:closing\" }\n", "" },
    };

    [Theory]
    [InlineData(BodyKind.Foundation, true, true, 2026, "", "foundation-public")]
    [InlineData(BodyKind.SocialGroup, true, true, 2026, "", "group-public")]
    [InlineData(BodyKind.ServiceBody, true, true, 2026, "0", "group-public")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "60000000.00", "foundation-6000")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "59999999.99", "foundation-800")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "8000000.00", "foundation-800")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "7999999.99", "foundation-400")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "4000000.00", "foundation-400")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "3999999.99", "foundation-small")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "-1", "foundation-small")]
    [InlineData(BodyKind.SocialGroup, false, true, 2026, "10000000.00", "group-1000")]
    [InlineData(BodyKind.SocialGroup, false, true, 2026, "9999999.99", "group-500")]
    [InlineData(BodyKind.ServiceBody, false, true, 2026, "5000000.00", "group-500")]
    [InlineData(BodyKind.ServiceBody, false, true, 2026, "4999999.99", "group-100")]
    [InlineData(BodyKind.SocialGroup, false, true, 2026, "1000000.00", "group-100")]
    [InlineData(BodyKind.SocialGroup, false, true, 2026, "999999.99", "group-small")]
    [InlineData(BodyKind.Foundation, false, true, 2026, "", "")]
    [InlineData(BodyKind.Foundation, true, true, 2015, "", "regulation-public-before")]
    [InlineData(BodyKind.Foundation, false, true, 2015, "", "regulation-private-before")]
    [InlineData(BodyKind.Foundation, false, false, 2016, "", "regulation-private")]
    [InlineData(BodyKind.Foundation, true, false, 2026, "", "regulation-public")]
    [InlineData(BodyKind.SocialGroup, true, true, 2015, "", "")]
    [InlineData(BodyKind.SocialGroup, false, false, 2026, "0", "")]
    public void One_rule_at_most_binds_a_body_in_a_year(BodyKind kind, bool raises, bool charity, int year, string netAssets, string binds)
    {
        BodyProfile profile = Profile(kind, raises, charity);
        Amount? assets = netAssets.Length == 0 ? null : AmountText.Read(netAssets);
        LawRuleFile.Shipped.Rules.Where(rule => rule.FitOf(profile, year, assets) == RuleFit.Binds).Select(rule => rule.Key)
            .ShouldBe(binds.Length == 0 ? [] : [binds]);
    }

    [Fact]
    public void A_rule_that_does_not_bind_says_why_and_the_pending_one_is_known_and_not_in_force()
    {
        Fit("fundraising-draft", Profile(BodyKind.Foundation, true, true), 2040).ShouldBe(RuleFit.NotInForce);
        Fit("regulation-public-beside", Profile(BodyKind.Foundation, true, true), 2026).ShouldBe(RuleFit.Shown);
        Fit("regulation-public-before", Profile(BodyKind.Foundation, true, true), 2026).ShouldBe(RuleFit.NoLonger);
        Fit("foundation-public", Profile(BodyKind.Foundation, true, true), 2015).ShouldBe(RuleFit.NotInForce);
        Fit("foundation-public", Profile(BodyKind.SocialGroup, true, true), 2026).ShouldBe(RuleFit.OtherKind);
        Fit("foundation-public", Profile(BodyKind.Foundation, false, true), 2026).ShouldBe(RuleFit.OtherRaising);
        Fit("foundation-public", Profile(BodyKind.Foundation, true, false), 2026).ShouldBe(RuleFit.OtherCharity);
        Fit("foundation-small", Profile(BodyKind.Foundation, false, true), 2026).ShouldBe(RuleFit.UnknownTier);
        Fit("foundation-small", null, 2026).ShouldBe(RuleFit.UnknownBody);
    }

    [Theory]
    [MemberData(nameof(Flaws))]
    public void A_broken_file_is_refused_by_its_line_and_reason(StandardFlaw flaw, string detail, string was, string becomes)
    {
        string text = Text();
        text.ShouldContain(was);
        string changed = text.Replace(was, becomes, StringComparison.Ordinal);
        Refusal refusal = Should.Throw<RefusedException>(() => LawRuleFile.Read("law.yaml", changed)).Refusal;
        (refusal.Code, refusal.Facts["file"], refusal.Facts["reason"]).ShouldBe((StandardFile.BrokenFile, "law.yaml", flaw));
        refusal.Facts["detail"].ShouldBe(detail);

        // The line is one that the change touched, or the list that lacks an entry.
        int at = changed.Split('\n').Zip(text.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count() + 1;
        int line = (int)refusal.Facts["line"]!;
        (becomes.Length == 0 ? line < at : line >= at && line <= at + becomes.Count(sign => sign == '\n')).ShouldBeTrue($"{line} of {at}");
    }

    private static RuleFit Fit(string key, BodyProfile? profile, int year) =>
        LawRuleFile.Shipped.Rules.Single(rule => rule.Key == key).FitOf(profile, year, null);

    private static BodyProfile Profile(BodyKind kind, bool raises, bool charity) => new()
    {
        BookId = 1,
        Kind = kind,
        RaisesPublicly = raises,
        IsCharity = charity,
        Since = new LocalDate(2000, 1, 1),
        Source = "证书",
        SetBy = 1,
        SetAt = default,
    };

    private static string Text()
    {
        using StreamReader text = new(typeof(LawRuleFile).Assembly.GetManifestResourceStream("reports/law/charity-ratios.yaml")!);
        return text.ReadToEnd();
    }
}
