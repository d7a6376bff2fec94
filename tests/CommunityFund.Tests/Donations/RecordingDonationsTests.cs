using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests;

public sealed class RecordingDonationsTests
{
    [Fact]
    public async Task An_anonymous_gift_has_no_donor()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Gift("  "));
        await using FundDb db = body.Db();
        (await db.Set<Donation>().SingleAsync()).DonorId.ShouldBeNull();
        (await db.VoucherLines.AnyAsync(line => line.CounterpartyId != null)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_donor_is_stored_once_even_when_two_gifts_come_at_once()
    {
        await using TestBody body = await TestBody.New();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => body.Accountant.Run(Gift("林小满")))));
        await body.Accountant.Run(Gift("林小满") with { DonorKind = PersonKind.Organisation });
        await using FundDb db = body.Db();
        (await db.People.CountAsync(person => person.Name == "林小满" && person.Kind == PersonKind.Person)).ShouldBe(1);
        (await db.Set<Donation>().Select(donation => donation.DonorId).Distinct().CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task The_command_log_holds_no_names()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Gift("林小满") with { Narrative = "何秋菊托人转来的月捐", Clause = "林小满说给儿童", Restriction = Restriction.Restricted });
        await using FundDb db = body.Db();
        string[] names = ["林小满", "何秋菊"];
        (await db.Set<CommandLog>().ToListAsync())
            .ShouldAllBe(row => !names.Any(row.Input.Contains) && (row.Answer == null || !names.Any(row.Answer.Contains)));
        (await db.Vouchers.ToListAsync()).ShouldAllBe(row => row.ThenMove == null || !row.ThenMove.Contains("林小满"));
    }

    [Fact]
    public async Task A_restricted_gift_to_a_fund_without_clause_has_to_say_what_for()
    {
        await using TestBody body = await TestBody.New();
        RecordDonation gift = Gift("") with { Restriction = Restriction.Restricted };
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(gift))).Refusal.Code.ShouldBe(RecordDonation.ClauseMissing);
        await body.Accountant.Run(gift with { Key = TestBody.Key, Clause = "只用于图书角" });
    }

    [Fact]
    public async Task A_gift_follows_its_voucher()
    {
        await using TestBody body = await TestBody.New();
        long first = await body.Accountant.Run(Gift("林小满")), second = await body.Accountant.Run(Gift("林小满"));
        await body.Review(first);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, second, "重复"));
        await using FundDb db = body.Db();
        (await db.Set<Donation>().OrderBy(donation => donation.VoucherId).Select(donation => donation.State).ToListAsync())
            .ShouldBe([DonationState.Accepted, DonationState.Dropped]);
    }

    [Fact]
    public async Task Gifts_of_money_come_into_cash_accounts()
    {
        await using TestBody body = await TestBody.New();
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(Gift("") with { CashAccount = "fixed-assets" })))
            .Refusal.Code.ShouldBe(RecordDonation.NotCash);
    }

    [Theory]
    [InlineData("林小满", "林小满月捐")]
    [InlineData(" 林小满\u200B ", "月捐（林小满）")]
    [InlineData("Li Na", "gift of LI NA")]
    public async Task A_narrative_does_not_name_the_donor(string donor, string narrative)
    {
        await using TestBody body = await TestBody.New();
        Refusal no = (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(Gift(donor) with { Narrative = narrative }))).Refusal;
        no.Code.ShouldBe(RecordDonation.DonorInNarrative);
        no.Facts["name"].ShouldBe(donor.Replace("\u200B", "", StringComparison.Ordinal).Trim());
        await using FundDb db = body.Db();
        (await db.Vouchers.AnyAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("绿洲公司", PersonKind.Organisation, "绿洲公司捐款")]
    [InlineData("林", PersonKind.Person, "护林捐款")]
    [InlineData("An", PersonKind.Person, "Annual plan")]
    [InlineData("", PersonKind.Person, "捐赠")]
    public async Task A_narrative_may_name_an_organisation_or_hold_a_word_that_has_the_name_in_it(
        string donor, PersonKind kind, string narrative)
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Gift(donor) with { DonorKind = kind, Narrative = narrative });
    }

    private static RecordDonation Gift(string donor) => new(
        TestBody.Key, TestBody.Community, donor, PersonKind.Person, Amount.Yuan(20), new LocalDate(2026, 3, 5), TestBody.Bank, Restriction.Unrestricted,
        "", "捐赠", null);
}
