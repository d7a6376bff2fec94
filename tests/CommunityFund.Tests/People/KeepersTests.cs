using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.People;

/// <summary>Handing over, being forgotten, and what the log says of it all.</summary>
public sealed class KeepersTests
{
    [Fact]
    public async Task A_handover_says_what_stood_at_that_moment_and_is_signed_by_three()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 300, Restriction.Unrestricted);
        long waiting = await body.PrepareExpense(TestBody.Community, 12.5m);
        long list = await body.Accountant.Run(new DrawUpHandover(TestBody.Key, Role.Accountant, 1, 4, 3));
        await body.Review(waiting);
        HandoverView view = await body.FinanceOfficer.Ask(new HandoverPage(list));
        view.Content.Accounts.Single().Balance.ShouldBe(Amount.Yuan(300));
        view.Content.Vouchers.Single().Total.ShouldBe(Amount.Yuan(12.5m));
        view.Content.LastNumbers.Single().ShouldBe(new HandedNumber(202603, "记", 1));
        view.Content.OpenPeriods.ShouldBe([202600, 202601, 202602, 202603]);
        (await Refused(() => body.Reviewer.Run(new SignHandover(TestBody.Key, list)))).ShouldBe(SignHandover.NotYours);
        foreach (FundSession signer in new[] { body.Accountant, body.SecondReviewer, body.FinanceOfficer })
        {
            await signer.Run(new SignHandover(TestBody.Key, list));
        }

        (await Refused(() => body.Accountant.Run(new SignHandover(TestBody.Key, list)))).ShouldBe(SignHandover.SignedAlready);
        (await body.Accountant.Ask(new HandoverList())).Items.Single().Signatures.ShouldBe(3);
    }

    [Fact]
    public async Task A_handover_takes_three_people_and_a_keeper()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => DrawUp(body, Role.Accountant, 1, 4, 4))).ShouldBe(DrawUpHandover.ThreePeople);
        (await Refused(() => DrawUp(body, Role.Accountant, 1, 4, 99))).ShouldBe(DrawUpHandover.ThreePeople);
        (await Refused(() => DrawUp(body, Role.Voter, 1, 4, 3))).ShouldBe(DrawUpHandover.NoKeeper);
        (await Refused(() => DrawUp(body, Role.Cashier, 1, 4, 3))).ShouldBe(DrawUpHandover.NeverHeld);
        (await Refused(() => body.FinanceOfficer.Run(new SignHandover(TestBody.Key, 99)))).ShouldBe(SignHandover.Unknown);
    }

    [Theory]
    [InlineData("update handover set content = 'x'")]
    [InlineData("delete from handover_signature")]
    [InlineData("insert into handover_signature (book_id, handover_id, person_id, signed_at) values (1, 1, 2, now())")]
    [InlineData("delete from erasure")]
    public async Task The_database_keeps_handovers_and_erasures_as_they_are(string sql)
    {
        await using TestBody body = await TestBody.New();
        await DrawUp(body, Role.Accountant, 1, 4, 3);
        foreach (string connection in new[] { body.Connections.Books, body.Connections.Owner })
        {
            (await Should.ThrowAsync<PostgresException>(() => ByTwoTests.Execute(connection, sql))).SqlState.ShouldBeOneOf("23514", "42501");
        }
    }

    [Fact]
    public async Task A_donor_is_forgotten_when_the_vouchers_have_had_their_thirty_years_and_the_books_still_agree()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(new RecordDonation(
            TestBody.Key, TestBody.Community, "钱多多", PersonKind.Person, Amount.Yuan(50), new LocalDate(2026, 3, 2), TestBody.Bank,
            Restriction.Unrestricted, "", "个人捐赠", null));
        await body.Review(voucher);
        PersonToErase donor = (await body.Accountant.Ask(new ErasureSearch("钱多多"))).Single();
        donor.KeptUntil.ShouldBe(new LocalDate(2057, 1, 1));
        Refusal no = (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(new ErasePerson(TestBody.Key, donor.PersonId)))).Refusal;
        (no.Code, no.Facts["until"]).ShouldBe((ErasePerson.Retention, new LocalDate(2057, 1, 1)));
        PostgresException wall = await Should.ThrowAsync<PostgresException>(() => ByTwoTests.Execute(body.Connections.Books,
            $"select erase_person(1, {donor.PersonId}, 1, now(), 'x')"));
        wall.ConstraintName.ShouldBe("erasure_retention");

        body.Clock.Now = Instant.FromUtc(2056, 12, 31, 16, 0);
        await body.Accountant.Run(new ErasePerson(TestBody.Key, donor.PersonId));
        (await body.Accountant.Ask(new ErasureSearch("钱多多"))).ShouldBeEmpty();
        VoucherView after = await body.Accountant.Ask(new VoucherPage(voucher));
        after.Narrative.ShouldBeEmpty();
        after.Lines.ShouldAllBe(line => line.Counterparty == null || line.Counterparty == $"已删除#{donor.PersonId}");
        await using FundDb db = body.Db();
        (await db.Set<Narrative>().CountAsync(row => row.Text != null && row.Text.Contains("捐赠"))).ShouldBe(0);
        CheckReport report = await body.Foundation.Operator(body.Book).Ask(new CheckBooks());
        report.IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task Whom_nothing_names_is_forgotten_at_once_but_not_while_holding_a_role()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(new ErasePerson(TestBody.Key, 3)))).ShouldBe(ErasePerson.HasRole);
        long grant = (await body.Accountant.Ask(new PeopleList(1, 1, 3))).Items.Single().Roles.Single().Grant;
        await body.Accountant.Run(new EndRole(TestBody.Key, grant));
        await body.Accountant.Run(new ErasePerson(TestBody.Key, 3));
        await using FundDb db = body.Db();
        (await db.People.SingleAsync(row => row.PersonId == 3)).Name.ShouldBe("已删除#3");
        (await db.Set<Login>().SingleAsync(row => row.PersonId == 3)).UserName.ShouldNotBe("zheng");
        (await Refused(() => body.Accountant.Run(new ErasePerson(TestBody.Key, 3)))).ShouldBe(ErasePerson.Unknown);
    }

    [Fact]
    public async Task The_log_is_found_by_person_time_voucher_text_and_a_persons_own_words()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(new RecordDonation(
            TestBody.Key, TestBody.Community, "钱多多", PersonKind.Person, Amount.Yuan(50), new LocalDate(2026, 3, 2), TestBody.Bank,
            Restriction.Unrestricted, "", "个人捐赠", null));
        await body.Review(voucher);
        (await Found(body, "钱多多")).ShouldBe([nameof(RecordDonation)]);
        (await Found(body, "钱多")).ShouldBeEmpty();
        (await Found(body, "记-1")).ShouldBe([nameof(ReviewVoucher), nameof(RecordDonation)], ignoreOrder: true);
        (await Found(body, "bank.01")).ShouldContain(nameof(RecordDonation));
        (await Found(body, "", person: 2)).ShouldBe([nameof(ReviewVoucher), "AddLogin", "SetDocumentRule", "AddLogin"], ignoreOrder: true);
        (await Found(body, "", until: new LocalDate(2026, 3, 19))).ShouldNotContain(nameof(ReviewVoucher));
        (await Found(body, "%")).ShouldBeEmpty();
        (await Found(body, "", named: nameof(ReviewVoucher))).ShouldContain(nameof(RecordDonation));
        (await Refused(() => body.SecondReviewer.Ask(new OperationLog(null, null, null, "", [], 1)))).ShouldBe(Need.Missing);
        (await Refused(() => body.SecondReviewer.Ask(new SessionList("", 1)))).ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task A_file_that_leaves_is_in_the_log()
    {
        await using TestBody body = await TestBody.New();
        await body.FinanceOfficer.Download(new HandoverList());
        LoggedCommand taken = (await body.Accountant.Ask(new OperationLog(3, null, null, "", [], 1))).Items.Single();
        (taken.Command, taken.Taken, taken.Actor).ShouldBe((nameof(HandoverList), true, "郑财政"));
    }

    private static Task<long> DrawUp(TestBody body, Role role, long from, long to, long supervisor) =>
        body.Accountant.Run(new DrawUpHandover(TestBody.Key, role, from, to, supervisor));

    private static async Task<IEnumerable<string>> Found(
        TestBody body, string text, long? person = null, LocalDate? until = null, string? named = null) =>
        (await body.FinanceOfficer.Ask(new OperationLog(person, null, until, text, named is null ? [] : [named], 1))).Items
            .Select(row => row.Command);

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}
