using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Donations.Pledges;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests;

/// <summary>What is known of a donor beside the name, and who gets to see it.</summary>
public sealed class DonorTests
{
    private static readonly DonorContact Contact = new("330102199001011234", "13800001234", "lin@example.org", "幸福里 3 幢");

    [Fact]
    public async Task Contact_data_is_sealed_in_the_database_and_in_the_log_and_masked_for_others()
    {
        await using TestBody body = await TestBody.New();
        long donor = await body.Accountant.Run(Note("林小满"));
        (await body.Accountant.Ask(new DonorPage(donor))).Contact.ShouldBe(Contact);
        DonorView masked = await body.FinanceOfficer.Ask(new DonorPage(donor));
        (masked.SeesContact, masked.Contact).ShouldBe((false, new DonorContact("***1234", "***1234", "***", "***")));
        await using FundDb db = body.Db();
        string row = System.Text.Encoding.Latin1.GetString((await db.Set<Donor>().SingleAsync()).Contact!);
        row.ShouldNotContain("1380000");
        (await db.Set<CommandLog>().ToListAsync()).ShouldAllBe(log => !log.Input.Contains("13800001234") && !log.Input.Contains("林小满"));

        // Sealed for this donor: what is copied to another does not open.
        long other = await body.Accountant.Run(Note("何秋菊") with { Contact = new DonorContact() });
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand copy = new(
            $"insert into donor select 1, {other}, 2, place, naming, alias, is_related, is_main, contact, noted_by, noted_at from donor where donor_id = {donor}", owner);
        await copy.ExecuteNonQueryAsync();
        await Should.ThrowAsync<System.Security.Cryptography.AuthenticationTagMismatchException>(() => body.Accountant.Ask(new DonorPage(other)));
    }

    [Fact]
    public async Task Each_change_is_a_version_and_a_stale_form_is_refused()
    {
        await using TestBody body = await TestBody.New();
        long donor = await body.Accountant.Run(Note("林小满"));
        NoteDonor change = Note("") with { Donor = donor, Version = 1, Naming = DonorNaming.Alias, Alias = "爱心妈妈" };
        await body.Accountant.Run(change with { Key = TestBody.Key });
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(change with { Key = TestBody.Key }))).Refusal.Code.ShouldBe(NoteDonor.Changed);
        await using FundDb db = body.Db();
        (await db.Set<Donor>().OrderBy(row => row.Version).Select(row => row.Naming).ToListAsync()).ShouldBe([DonorNaming.Named, DonorNaming.Alias]);
    }

    [Theory]
    [InlineData(DonorNaming.Named, "", GiftNaming.AsDonor, "林小满")]
    [InlineData(DonorNaming.Hidden, "", GiftNaming.AsDonor, null)]
    [InlineData(DonorNaming.Hidden, "", GiftNaming.Named, "林小满")]
    [InlineData(DonorNaming.Alias, "爱心妈妈", GiftNaming.AsDonor, "爱心妈妈")]
    [InlineData(DonorNaming.Alias, "爱心妈妈", GiftNaming.Hidden, null)]
    [InlineData(DonorNaming.Named, "", GiftNaming.Alias, null)]
    public void In_public_a_donor_is_named_as_asked_and_never_more(DonorNaming naming, string alias, GiftNaming gift, string? shown) =>
        DonorBook.PublicName("林小满", gift, new Donor
        {
            BookId = 1,
            DonorId = 1,
            Version = 1,
            Place = DonorPlace.Inside,
            Naming = naming,
            Alias = alias,
            IsRelated = false,
            IsMain = false,
            NotedBy = 1,
            NotedAt = Instant.MinValue,
        }).ShouldBe(shown);

    [Fact]
    public async Task Whoever_is_erased_is_forgotten_in_the_register_too()
    {
        await using TestBody body = await TestBody.New();
        long donor = await body.Accountant.Run(Note("林小满") with { Naming = DonorNaming.Alias, Alias = "小满" });
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await body.Accountant.Run(new NotePledge(TestBody.Key, "林小满", PersonKind.Person, TestBody.Community, PledgeForm.Spoken, false,
            new LocalDate(2026, 1, 1), "林小满的女儿说的", [new Instalment(new LocalDate(2026, 2, 1), Amount.Yuan(250))]));
        long batch = await body.Accountant.Run(new OpenGiftBatch(TestBody.Key, "义卖", 1, Amount.Yuan(30), TestBody.Bank, new LocalDate(2026, 3, 5)));
        await using NpgsqlCommand typed = new(
            $"insert into gift_batch_row (book_id, gift_batch_id, row_no, donor_id, fund_id, units, restriction, clause, note) values (1, {batch}, 1, {donor}, 3, 1, 'U', '', '林小满'); update gift_batch set state = 'dropped', ended_by = 1, ended_at = now()",
            owner);
        await typed.ExecuteNonQueryAsync();
        await using NpgsqlCommand erase = new($"select erase_person(1, {donor}, 2, '2026-03-20', '已删除')", owner);
        await erase.ExecuteNonQueryAsync();
        await using FundDb db = body.Db();
        Donor row = await db.Set<Donor>().SingleAsync();
        (row.Contact, row.Alias, row.Naming).ShouldBe((null, "", DonorNaming.Hidden));
        await using NpgsqlCommand left = new(
            "select (select about from pledge) || '|' || (select note from gift_batch_row)", owner);
        (await left.ExecuteScalarAsync()).ShouldBe("|");
    }

    private static NoteDonor Note(string name) => new(
        TestBody.Key, null, name, PersonKind.Person, DonorPlace.Inside, DonorNaming.Named, "", false, false, Contact);
}
