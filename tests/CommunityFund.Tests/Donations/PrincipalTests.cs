using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using CommunityFund.Tests.Stock;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.Donations;

/// <summary>What an agreement keeps as principal is not spent; it goes back to its donor, or its donor frees it.</summary>
public sealed class PrincipalTests
{
    [Theory]
    [InlineData(2025)]
    [InlineData(2026)]
    public async Task Other_gifts_pay_before_the_principal_and_nothing_pays_with_it(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        LocalDate day = new(year, 3, 5);
        (long kept, long other) = await Two(body, day);
        (await RefusalOf(() => body.Accountant.Run(Gift(body, day, 1, Restriction.Unrestricted)))).Code.ShouldBe("database.gift-keeps-principal");

        // Of the older gift 200 may be spent; what is beyond takes the younger one.
        await body.Review(await body.Accountant.Run(Spend(day, 250)));
        (await Used(body, kept), await Used(body, other)).ShouldBe((20_000, 5_000));
        Refusal no = await RefusalOf(() => body.Accountant.Run(Spend(day, 251)));
        (no.Code, no.Facts["number"], no.Facts["floor"], no.Facts["remaining"]).ShouldBe(
            ("database.lots-below-principal", "BJ-1", Amount.Yuan(800), Amount.Yuan(800)));
        await body.Review(await body.Accountant.Run(Spend(day, 250)));
        (await RefusalOf(() => body.Accountant.Run(Spend(day, 1)))).Code.ShouldBe("database.lots-below-principal");

        // The gift itself may go back, whatever its agreement keeps.
        await body.Review(await body.Accountant.Run(new RefundGift(
            TestBody.Key, kept, Amount.Yuan(300), GiftRefundCause.Outside, day, "协议终止", [await body.Paper()])));
        (await Used(body, kept)).ShouldBe(50_000);
        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task A_change_of_purpose_touches_the_principal_only_if_its_donor_frees_it()
    {
        await using TestBody body = await TestBody.New();
        LocalDate day = new(2026, 3, 5);
        (long kept, long _) = await Two(body, day);
        long silent = await Agreed(body, kept, lifts: false);
        (await RefusalOf(() => body.Accountant.Run(new PreparePurposeChange(TestBody.Key, silent)))).Code.ShouldBe("database.lots-below-principal");
        await body.Reviewer.Run(new WithdrawPurposeChange(TestBody.Key, silent));
        await body.Review(await body.Accountant.Run(new PreparePurposeChange(TestBody.Key, await Agreed(body, kept, lifts: true))));
        await body.Review(await body.Accountant.Run(Spend(day, 1300)));
        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task PostgreSQL_refuses_a_draw_on_the_principal_that_no_function_chose()
    {
        await using TestBody body = await TestBody.New();
        LocalDate day = new(2026, 3, 5);
        (long kept, long _) = await Two(body, day);
        long waiting = await body.Accountant.Run(Spend(day, 10));
        await using NpgsqlConnection open = new(body.Connections.Owner);
        await open.OpenAsync();
        await using NpgsqlCommand attack = new(
            $"insert into lot_move (book_id, voucher_id, lot_id, units, state) select 1, voucher_id, {kept}, 50000, 'reserved' from voucher "
            + $"where voucher_id = (select max(voucher_id) from voucher where voucher_id <> {waiting})", open);
        (await Should.ThrowAsync<PostgresException>(() => attack.ExecuteNonQueryAsync())).ConstraintName.ShouldBe("lots_below_principal");
    }

    /// <summary>A gift of 1,000 of which 800 stays, and a younger one of 300 that is free.</summary>
    private static async Task<(long Kept, long Other)> Two(TestBody body, LocalDate day)
    {
        long agreement = await body.Accountant.Run(new ProposeAgreement(TestBody.Key, "BJ-1", "绿洲公司", PersonKind.Organisation, TestBody.Children,
            day, Amount.Yuan(1000), 0, "", ReportEvery.None, 0, Amount.Yuan(800), "", []));
        await body.Reviewer.Run(new ConfirmAgreement(TestBody.Key, agreement));
        await body.Review(await body.Accountant.Run(Gift(body, day, agreement, Restriction.Restricted)));
        await body.Gift(TestBody.Children, 300, Restriction.Restricted, day.PlusDays(1));
        await using FundDb db = body.Db();
        List<long> lots = await db.RestrictedLots().OrderBy(lot => lot.LotId).Select(lot => lot.LotId).ToListAsync();
        return (lots[0], lots[1]);
    }

    private static RecordDonation Gift(TestBody body, LocalDate day, long agreement, Restriction restriction) => new(
        TestBody.Key, TestBody.Children, "绿洲公司", PersonKind.Organisation, Amount.Yuan(1000), day, TestBody.Bank, restriction, "", "捐赠", null,
        Terms: new GiftTerms(agreement));

    private static RecordExpense Spend(LocalDate day, decimal yuan) => new(TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost,
        Amount.Yuan(yuan), day.PlusDays(2), TestBody.Bank, Restriction.Restricted, CashFlow.PurchasesPaid.Key, "", PersonKind.Organisation, "活动物资", null);

    private static async Task<long> Agreed(TestBody body, long lot, bool lifts)
    {
        long change = await body.Accountant.Run(new OpenPurposeChange(TestBody.Key, TestBody.Children, "项目结束", PurposeBasis.Consent, "", null, [lot],
            [new NewWords(ClauseKind.Purpose, "改作助老")], lifts));
        await body.Accountant.Run(new NoteConsent(TestBody.Key, change, lot, ConsentAnswer.Yes, null, new LocalDate(2026, 3, 10), ConsentWay.Letter, "同意函"));
        await body.Reviewer.Run(new AgreePurposeChange(TestBody.Key, change));
        return change;
    }

    private static async Task<long> Used(TestBody body, long lot)
    {
        await using FundDb db = body.Db();
        return await db.Set<GiftLot>().Where(row => row.LotId == lot).Select(row => row.Used).SingleAsync();
    }
}
