using System.Globalization;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Lots;

/// <summary>A gift pays only for what its clauses allow, first in first out among those that do.</summary>
public sealed class BindingTests
{
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Theory]
    [InlineData(2026)]
    [InlineData(2025)]
    public async Task Gifts_are_used_only_for_the_classes_and_communities_their_clauses_name(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        LocalDate day = new(year, 3, 2);
        long children = await Clause(body, ClauseKind.Purpose, "仅用于儿童青少年项目", classes: ["children"]);
        long xingfu = await Clause(body, ClauseKind.Area, "仅限幸福里社区", communities: ["幸福里"]);
        long here = await body.Accountant.Run(new OpenProject(TestBody.Key, "P1", "幸福里画室", TestBody.Children, "children", "幸福里"));
        long there = await body.Accountant.Run(new OpenProject(TestBody.Key, "P2", "翠苑画室", TestBody.Children, "children", "翠苑"));
        await Gift(body, day, 100, children);
        await Gift(body, day, 100, xingfu);

        Refusal elderly = await Refused(() => Spend(body, day, 150, "elderly"));
        elderly.Code.ShouldBe(ConstraintRefusal.LotsAgainstPurpose);
        string said = Spoken.Of(elderly, CultureInfo.GetCultureInfo("zh-CN"));
        said.ShouldContain("仅用于儿童青少年项目");
        said.ShouldContain("变更捐赠用途");
        (await Refused(() => Spend(body, day, 150, null, there))).Code.ShouldBe(ConstraintRefusal.LotsAgainstPurpose);
        await body.Review(await Spend(body, day, 60, null, there));
        await body.Review(await Spend(body, day, 70, null, here));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().OrderBy(lot => lot.LotId).Select(lot => lot.Used).ToListAsync()).ShouldBe([10000, 3000]);
    }

    [Fact]
    public async Task A_voucher_that_names_its_lot_gets_that_lot_and_no_more_than_is_left_of_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        await using FundDb db = body.Db();
        long second = await db.RestrictedLots().MaxAsync(lot => lot.LotId);
        await body.Review(await GoBack(body, second, 30));
        (await db.RestrictedLots().OrderBy(lot => lot.LotId).Select(lot => lot.Used).ToListAsync()).ShouldBe([0, 3000]);
        Refusal beyond = await Refused(() => GoBack(body, second, 71));
        beyond.Code.ShouldBe(ConstraintRefusal.LotNamedBeyondLeft);
        beyond.Facts["available"].ShouldBe(Amount.Yuan(70));
    }

    [Fact]
    public async Task An_unrestricted_gift_that_a_waiting_voucher_names_is_not_used_by_others()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        await using FundDb db = body.Db();
        long first = await db.FreeLots().MinAsync(lot => lot.LotId);
        long back = await GoBack(body, first, 80, TestBody.Community, Restriction.Unrestricted);
        await body.Review(await body.PrepareExpense(TestBody.Community, 50));
        (await db.FreeLots().AsNoTracking().OrderBy(lot => lot.LotId).Select(lot => lot.Used).ToListAsync()).ShouldBe([2000, 3000]);
        await body.Review(back);
        (await db.FreeLots().AsNoTracking().OrderBy(lot => lot.LotId).Select(lot => lot.Used).ToListAsync()).ShouldBe([10000, 3000]);
    }

    private static Task<long> Clause(
        TestBody body, ClauseKind kind, string words, IReadOnlyList<string>? classes = null, IReadOnlyList<string>? communities = null) =>
        body.Accountant.Run(new AddClause(TestBody.Key, TestBody.Children, kind, words, "协议", null, null, null, classes, communities));

    private static async Task Gift(TestBody body, LocalDate day, decimal yuan, long clause) =>
        await body.Review(await body.Accountant.Run(new CommunityFund.Donations.RecordDonation(
            TestBody.Key, TestBody.Children, "", PersonKind.Person, Amount.Yuan(yuan), day, TestBody.Bank, Restriction.Restricted, "", "捐赠", null,
            Clauses: [clause])));

    private static Task<long> Spend(TestBody body, LocalDate day, decimal yuan, string? kind, long? project = null) =>
        body.Accountant.Run(new RecordExpense(
            TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost, Amount.Yuan(yuan), day, TestBody.Bank, Restriction.Restricted,
            CashFlow.PurchasesPaid.Key, "", PersonKind.Person, "活动物资", null, ProjectClass: kind, Project: project));

    /// <summary>Part of a gift becomes a debt to its donor: a voucher that names the lot.</summary>
    private static Task<long> GoBack(
        TestBody body, long lot, decimal yuan, int fund = TestBody.Children, Restriction restriction = Restriction.Restricted) =>
        body.Accountant.Run(new NamingLots(TestBody.Key, fund, lot, Amount.Yuan(yuan), restriction));

    private static async Task<Refusal> Refused(Func<Task> act) => (await Should.ThrowAsync<RefusedException>(act)).Refusal;
}

/// <summary>What a feature does that gives back a gift.</summary>
internal sealed record NamingLots(Guid Key, int Fund, long Lot, Amount Amount, Restriction Restriction) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        LocalDate day = new(2026, 3, 6);
        Chart chart = await work.ChartOn(day, ct);
        Fund fund = await work.FundById(Fund, ct);
        JournalEntry entry = JournalEntry.On(day, "应退捐赠款")
            .Debit(chart[Account.Keys.DonationIncome], fund.Code, Amount, new Tags(Restriction))
            .Credit(chart["other-payables"], fund.Code, Amount, Tags.None)
            .Balanced();
        return await work.Prepare(new Draft(entry, Lots: [new LotDraw(Lot, Amount, Spends: false)]), ct);
    }
}
