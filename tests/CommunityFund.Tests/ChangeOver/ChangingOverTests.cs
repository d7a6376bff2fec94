using CommunityFund.Books;
using CommunityFund.ChangeOver;
using CommunityFund.Ledger;
using CommunityFund.Tests.Periods;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.ChangingOver;

/// <summary>A book of 2025 goes over to the standard of 2026: when it may, who signs, and what is other from then on.</summary>
public sealed class ChangingOverTests
{
    private static readonly int[] Year2025 = [.. Enumerable.Range(202501, 12)];

    [Fact]
    public async Task A_book_changes_over_once_december_is_closed_and_two_have_signed()
    {
        await using TestBody body = await Body2004();
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted, In2025);
        (await RefusalOf(() => body.Gift(TestBody.Children, 10, Restriction.Restricted))).Code.ShouldBe(Work.StandardEnded);
        (await RefusalOf(() => Propose(body))).Code.ShouldBe(NextStandard.DecemberOpen);
        await body.Close(Year2025);
        (await RefusalOf(() => body.Accountant.Run(new ProposeChangeOver(TestBody.Key, " ")))).Code.ShouldBe(ProposeChangeOver.ResolutionMissing);
        (await RefusalOf(() => Convert(body, Found(5)))).Code.ShouldBe(PrepareConversion.NotChanged);

        long first = await Propose(body);
        (await RefusalOf(() => Propose(body))).Code.ShouldBe(ProposeChangeOver.Already);
        (await RefusalOf(() => body.Accountant.Run(new ConfirmChangeOver(TestBody.Key, first)))).Code.ShouldBe(Need.Missing);
        (await RefusalOf(() => body.Reviewer.Run(new DropChangeOver(TestBody.Key, first, "")))).Code.ShouldBe(DropChangeOver.ReplyMissing);
        await body.Reviewer.Run(new DropChangeOver(TestBody.Key, first, "决议文号写错了"));
        (await RefusalOf(() => body.Reviewer.Run(new ConfirmChangeOver(TestBody.Key, first)))).Code.ShouldBe(StandardChange.OutOfTurn);

        long second = await Propose(body);
        await body.Reviewer.Run(new ConfirmChangeOver(TestBody.Key, second));
        ChangeOverView view = await body.Reviewer.Ask(new ChangeOverDesk());
        view.Standards.Select(past => past.Key).ShouldBe(["cn-npo-2004", "cn-npo-2026"]);
        view.Standards[1].Signed!.DecidedBy.ShouldBe("吴审核");
        (view.Next, view.Changed).ShouldBe((null, new LocalDate(2026, 1, 1)));
        (await RefusalOf(() => Propose(body))).Code.ShouldBe(NextStandard.NothingFollows);

        // From now on a restricted fund's expense is restricted, where the year before it said nothing.
        long expense = await body.PrepareExpense(TestBody.Children, 300);
        await using FundDb db = body.Db();
        (await db.VoucherLines.Where(line => line.VoucherId == expense && line.LineNo == 1).Select(line => line.Restriction).SingleAsync())
            .ShouldBe("R");
        await body.Review(expense);
        (await db.RestrictedLots().Select(lot => lot.Used).SingleAsync()).ShouldBe(30000);
    }

    [Theory]
    [InlineData(ConversionEntry.NothingToDo, "", "", 0)]
    [InlineData(ConversionEntry.UnknownQuestion, "no-such", "", 100)]
    [InlineData(ConversionEntry.UnknownQuestion, "long-term-deferred", "inventory", 100)]
    [InlineData(ConversionEntry.MoreThanThereIs, "long-term-deferred", "deferred-expenses", 100)]
    [InlineData(ConversionEntry.NominalWholes, "nominal-fixed-assets", "", 150)]
    [InlineData(EntryDraft.NotPositive, "fixed-assets-found", "", 0)]
    public async Task An_answer_that_does_not_fit_is_refused(string code, string question, string account, long fen)
    {
        await using TestBody body = await Changed();
        ConversionAnswer[] answers = question.Length == 0 ? [] : [new(question, account, TestBody.General, Amount.Fen(fen))];
        (await RefusalOf(() => Convert(body, answers))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task What_is_recorded_for_the_first_time_stands_in_the_opening_until_january_is_closed()
    {
        await using TestBody body = await Changed();
        PostedNumber one = await body.Review(await Convert(body, Found(5), new ConversionAnswer(
            "inventory-found", "", TestBody.Children, Amount.Yuan(80), Restriction.Restricted, "受赠图书")));
        PostedNumber two = await body.Review(await Convert(body, Found(2)));
        (one.Series, one.Number, two.Number).ShouldBe(("转", 1, 2));
        await using FundDb db = body.Db();
        (await db.Entries.Where(entry => entry.Kind == VoucherKind.Conversion).Select(entry => entry.Period).Distinct().SingleAsync()).ShouldBe(202600);
        (await Entry(body, one.EntryNo)).ShouldBe(
        [
            "D fixed-assets 5.00  ordinary", "C net-assets-unrestricted 5.00 U conversion",
            "D inventory 80.00  ordinary", "C net-assets-restricted 80.00 R conversion",
        ]);
        (await db.RestrictedLots().Select(lot => lot.Units).SingleAsync()).ShouldBe(8000);
        (await RefusalOf(() => body.Accountant.Run(new ReverseVoucher(TestBody.Key, one.VoucherId, new LocalDate(2026, 3, 20), "多记了"))))
            .Code.ShouldBe(PostedVoucher.IsConversion);
        await body.Close(202601);
        (await RefusalOf(() => Convert(body, Found(1)))).Code.ShouldBe(VoucherWriter.ConversionClosed);
    }

    /// <summary>What no program should send, to the owner and to the app's login alike.</summary>
    [Theory]
    [InlineData("change_over_not_signed", "insert into book_standard values (1, '2027-01-01', 'cn-npo-2004')")]
    [InlineData("change_over_by_two", "insert into change_over (book_id, valid_from, from_standard, to_standard, mapping_sha256, resolution, state, proposed_by, proposed_at, decided_by, decided_at) values (1, '2027-01-01', 'a', 'b', sha256('x'), 'x', 'confirmed', 1, now(), 2, now())")]
    [InlineData("change_over_by_two", Proposal + "; update change_over set state = 'confirmed', decided_by = 1, decided_at = now() where state = 'proposed'")]
    [InlineData("append_only", "update change_over set state = 'dropped' where state = 'confirmed'")]
    [InlineData("voucher_conversion_day", Waiting + "'conversion', '2027-01-01', 202700)")]
    [InlineData("voucher_conversion_day", Waiting + "'conversion', '2026-01-01', 202601)")]
    public async Task PostgreSQL_refuses_a_change_that_two_have_not_signed(string constraint, string attack)
    {
        await using TestBody body = await Changed();
        foreach (string login in new[] { body.Connections.Books, body.Connections.Owner })
        {
            (await PeriodNotation.Attack(login, $"begin; {attack}")).ConstraintName.ShouldBe(constraint);
        }
    }

    private const string Proposal =
        "insert into change_over (book_id, valid_from, from_standard, to_standard, mapping_sha256, resolution, proposed_by, proposed_at) values (1, '2027-01-01', 'a', 'b', sha256('x'), 'x', 1, now())";

    private const string Waiting =
        "with t as (insert into narrative (book_id, salt, text, digest) values (1, decode(repeat('00', 16), 'hex'), 'x', sha256(decode(repeat('00', 16) || '78', 'hex'))) returning narrative_id) insert into voucher (book_id, narrative_id, line_count, total, maker_id, prepared_at, kind, occurred_on, period) values (1, (select narrative_id from t), 2, 1, 1, now(), ";

    private static ConversionAnswer Found(decimal yuan) => new("nominal-fixed-assets", "", TestBody.General, Amount.Yuan(yuan), Words: "旧课桌");

    private static Task<long> Propose(TestBody body) => body.Accountant.Run(new ProposeChangeOver(TestBody.Key, "理事会决议二"));

    private static Task<long> Convert(TestBody body, params ConversionAnswer[] answers) =>
        body.Accountant.Run(new PrepareConversion(TestBody.Key, answers));

    private static async Task<TestBody> Changed()
    {
        TestBody body = await Body2004();
        await body.Close(Year2025);
        await body.Reviewer.Run(new ConfirmChangeOver(TestBody.Key, await Propose(body)));
        return body;
    }
}
