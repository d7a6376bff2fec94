using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Enterprises;

/// <summary>What people do about social enterprises, in a few words.</summary>
internal static class EnterpriseNotation
{
    /// <summary>Ten percent of the profit, in whole fen, to a fund, without stake or influence.</summary>
    public static TermForm Share(int fund, LocalDate from, Influence influence = Influence.None, int stakePpm = 0,
        Restriction restriction = Restriction.Unrestricted) => new(
        from, "幸福里社区", stakePpm, influence, "", ShareKind.Profit, 100_000, Amount.Fen(0), Amount.Fen(0), null, 2, 30, fund, restriction,
        restriction == Restriction.Restricted ? "仅用于社区儿童活动" : "", "SQ-2026-01");

    /// <summary>An enterprise with an agreement that two people agreed to.</summary>
    public static async Task<long> Enterprise(this TestBody body, TermForm term, string name = "幸福里便民小店有限公司")
    {
        long enterprise = await body.Accountant.Run(new ProposeTerm(TestBody.Key, null, name, term, [await body.Paper()]));
        await body.Agree(enterprise);
        return enterprise;
    }

    public static async Task Agree(this TestBody body, long enterprise)
    {
        TermView term = (await body.Reviewer.Ask(new EnterprisePage(enterprise))).Terms.Single(row => row.State == RegisterState.Waiting);
        await body.Reviewer.Run(new AgreeTerm(TestBody.Key, term.Id));
    }

    /// <summary>A month as its enterprise declares it.</summary>
    public static async Task<long> Declared(this TestBody body, long enterprise, LocalDate from, decimal turnover, decimal profit,
        GivenFor givenFor = GivenFor.Nothing, bool byStake = false, decimal? stated = null) => await body.Accountant.Run(new DeclarePeriod(
            TestBody.Key, enterprise, DeclaredSpan.Month, from, Amount.Yuan(turnover), Amount.Yuan(profit), givenFor, byStake,
            stated is { } yuan ? Amount.Yuan(yuan) : null, [await body.Paper()]));

    public static Task Verify(this TestBody body, long declaration) => body.Reviewer.Run(new VerifyDeclaration(TestBody.Key, declaration));

    /// <summary>The bank's line brings what is waited for first by its code, or the beginning of it; two people book it.</summary>
    public static async Task<PostedNumber> Came(this TestBody body, string code, string day, decimal yuan)
    {
        await using FundDb db = body.Db();
        long expectation = await db.Set<Expectation>().Where(row => row.Code.StartsWith(code) && row.VoucherId == null && row.ClosedAt == null)
            .OrderBy(row => row.DueOn).Select(row => row.ExpectationId).FirstAsync();
        string cells = yuan > 0 ? $"{day},{yuan},,,付款人,转账" : $"{day},,{-yuan},,收款人,转账";
        return await body.Review(await body.Accountant.Run(
            new MatchExpectations(TestBody.Key, [await body.Line(cells)], [expectation])));
    }

    public static async Task<DeclarationView> Declaration(this TestBody body, long id) => await body.Accountant.Ask(new DeclarationPage(id));
}
