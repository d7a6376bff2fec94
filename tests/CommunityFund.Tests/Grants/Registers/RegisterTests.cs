using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Registers;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;
using NodaTime;

namespace CommunityFund.Tests.Grants.Registers;

/// <summary>What the auditor reads of running grants, to the fen, on any day.</summary>
public sealed class RegisterTests
{
    private static readonly string? Sheets = Environment.GetEnvironmentVariable("REGISTER_SHEETS");

    internal static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Fact]
    public async Task What_a_grants_money_did_stands_in_the_registers_on_every_day_and_agrees_with_the_books()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        long grant = await told.Started();
        IReadOnlyList<Tranche> plan = await told.Plan(grant);
        LocalDate first = told.Today;
        long paid = await told.Move(grant, plan[0].TrancheId, MoneyMove.Paid, children: 7200);
        told.Grants.Wait(2);
        await told.Move(grant, plan[0].TrancheId, MoneyMove.Returned, children: 200.05m);
        told.Grants.Wait(3);
        LocalDate third = told.Today;
        await told.Move(grant, plan[1].TrancheId, MoneyMove.Paid, 2800, 2000);
        await told.Move(grant, plan[1].TrancheId, MoneyMove.Acquitted, community: 850.01m);

        GrantRegisterView now = await body.FinanceOfficer.Ask(new GrantRegister(new RegisterFilter()));
        GrantRegisterRow row = now.Rows.ShouldHaveSingleItem();
        (row.Grant, row.Lead, row.FinLead, row.State, row.Funds.Count).ShouldBe((grant, "石磊", "张蓉", GrantState.Active, 2));
        row.Figures.ShouldBe(Figures(12000, 12000, 850.01m, 200.05m, 0));
        (row.Figures.Promised, row.Figures.Advance, row.Figures.Claim).ShouldBe((Amount.Fen(0), Amount.Yuan(10949.94m), Amount.Fen(0)));
        now.Sums.ShouldBe(row.Figures);

        // As it stood on the first day, and between the two.
        RegisterFilter then = new(AsOf: first);
        (await body.FinanceOfficer.Ask(new GrantRegister(then))).Sums.ShouldBe(Figures(12000, 7200, 0, 0, 0));
        AdvanceRegisterView open = await body.FinanceOfficer.Ask(new AdvanceRegister(then));
        (open.Sums.All, open.Rows.Single().No, open.Rows.Single().Voucher).ShouldBe((Amount.Yuan(7200), (short)1, paid));
        (await body.FinanceOfficer.Ask(new AdvanceRegister(new RegisterFilter(AsOf: third.PlusDays(-1))))).Sums.All.ShouldBe(Amount.Yuan(6999.95m));
        (await body.FinanceOfficer.Ask(new AdvanceRegister(new RegisterFilter()))).Rows.Select(each => each.Amount)
            .ShouldBe([Amount.Yuan(6999.95m), Amount.Yuan(3949.99m)]);

        // Committed = awarded - paid - given up, beside 9101.
        CommitmentRegisterView promised = await body.FinanceOfficer.Ask(new CommitmentRegister(then));
        promised.Rows.Select(each => (each.FundId, each.Open, each.Ledger, each.Difference)).ShouldBe(
        [
            (TestBody.Community, Amount.Yuan(2000), Amount.Yuan(2000), Amount.Fen(0)),
            (TestBody.Children, Amount.Yuan(2800), Amount.Yuan(2800), Amount.Fen(0)),
        ], ignoreOrder: true);
        (await body.FinanceOfficer.Ask(new CommitmentRegister(new RegisterFilter()))).Sums.Open.ShouldBe(Amount.Fen(0));
        await body.Superuser($"update grant_fund set committed = committed + 1 where fund_id = {TestBody.Children}");
        CommitmentRegisterView apart = await body.FinanceOfficer.Ask(new CommitmentRegister(new RegisterFilter()));
        (apart.Agrees, apart.Sums.Difference).ShouldBe((false, Amount.Fen(1)));

        TrancheRegisterView tranches = await body.FinanceOfficer.Ask(new TrancheRegister(new RegisterFilter()));
        tranches.Rows.Select(each => (each.No, each.Planned, each.Paid, each.Advance, each.Voucher == paid)).ShouldBe(
            [((short)1, Amount.Yuan(7200), Amount.Yuan(7200), Amount.Yuan(6999.95m), true), ((short)2, Amount.Yuan(4800), Amount.Yuan(4800), Amount.Yuan(3949.99m), false)]);
        tranches.Sums.Returned.ShouldBe(Amount.Yuan(200.05m));
    }

    [Fact]
    public async Task Ages_are_counted_from_the_day_after_the_account_was_due()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        await told.Aged(-5, 0, 1, 30, 31, 60, 61, 90, 91);
        AdvanceRegisterView view = await body.FinanceOfficer.Ask(new AdvanceRegister(new RegisterFilter()));
        view.Rows.Select(row => (row.Late, row.Age)).ShouldBe(
        [
            (91, AdvanceAge.Over90), (90, AdvanceAge.To90), (61, AdvanceAge.To90), (60, AdvanceAge.To60), (31, AdvanceAge.To60), (30, AdvanceAge.To30),
            (1, AdvanceAge.To30), (0, AdvanceAge.NotDue), (-5, AdvanceAge.NotDue),
        ]);
        view.Sums.ShouldBe(new AdvanceFigures(
            9, Amount.Fen(19_995), Amount.Fen(20_031), Amount.Fen(20_091), Amount.Fen(20_151), Amount.Fen(10_091)));
        AdvanceRegisterView old = await body.FinanceOfficer.Ask(new AdvanceRegister(new RegisterFilter(), AdvanceAge.To60));
        (old.Rows.Count, old.Total, old.Sums.All).ShouldBe((2, 2, view.Sums.All));

        // Each person with all of it, the project with its own, every fen once in the sum.
        AdvanceAgeingView people = await body.FinanceOfficer.Ask(new AdvanceAgeing(new RegisterFilter(), AgeingBy.Person));
        people.Rows.Select(row => (row.Name, row.Figures, row.Oldest, row.Grants)).ShouldBe(
            [("石磊", view.Sums, 91, 9), ("张蓉", view.Sums, 91, 9)], ignoreOrder: true);
        people.Sums.ShouldBe(view.Sums);
        AdvanceAgeingView projects = await body.FinanceOfficer.Ask(new AdvanceAgeing(new RegisterFilter(), AgeingBy.Project));
        projects.Rows.Select(row => row.Oldest).ShouldBe([91, 90, 61, 60, 31, 30, 1, 0, -5]);
        RegisterFilter fin = new(Person: told.Grants.Id("fin"));
        (await body.FinanceOfficer.Ask(new AdvanceAgeing(fin, AgeingBy.Person))).Rows.ShouldHaveSingleItem().Name.ShouldBe("张蓉");
        (await body.FinanceOfficer.Ask(new AdvanceRegister(fin))).Total.ShouldBe(9);
        (await body.FinanceOfficer.Ask(new AdvanceRegister(new RegisterFilter(Person: told.Grants.Id("panel"))))).Total.ShouldBe(0);

        AdvanceRegisterView second = await body.FinanceOfficer.Ask(new AdvanceRegister(new RegisterFilter(Page: 2, PageSize: 5)));
        (second.Rows.Count, second.Total, second.Rows[0].Late).ShouldBe((4, 9, 30));
    }

    [Fact]
    public async Task Who_serves_one_fund_sees_only_its_money()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        long grant = await told.Started();
        IReadOnlyList<Tranche> plan = await told.Plan(grant);
        await told.Move(grant, plan[0].TrancheId, MoneyMove.Paid, children: 7200);
        await told.Move(grant, plan[1].TrancheId, MoneyMove.Paid, 2800, 2000);
        await told.Aged(10);
        (long officer, FundSession session) = await body.Somebody("基金财务");
        await body.Operator.Run(new GrantRole(TestBody.Key, officer, Role.FinanceOffice, TestBody.Children, new LocalDate(2026, 1, 1), null));

        GrantRegisterView seen = await session.Ask(new GrantRegister(new RegisterFilter()));
        seen.Rows.ShouldHaveSingleItem().Figures.ShouldBe(Figures(10000, 10000, 0, 0, 0));
        seen.Head.Funds.ShouldHaveSingleItem().Id.ShouldBe(TestBody.Children);
        (await session.Ask(new AdvanceRegister(new RegisterFilter()))).Rows.Select(row => row.Amount).ShouldBe([Amount.Yuan(7200), Amount.Yuan(2800)]);
        (await session.Ask(new TrancheRegister(new RegisterFilter()))).Sums.Planned.ShouldBe(Amount.Yuan(10000));
        (await session.Ask(new CommitmentRegister(new RegisterFilter()))).Rows.ShouldHaveSingleItem().Awarded.ShouldBe(Amount.Yuan(10000));
        (await session.Ask(new ExceptionRegister(new RegisterFilter()))).Rows.ShouldBeEmpty();
        (await body.FinanceOfficer.Ask(new ExceptionRegister(new RegisterFilter()))).Rows.ShouldHaveSingleItem().Kind.ShouldBe(GrantException.OverdueAdvance);
        (await AwardNotation.Refused(() => session.Ask(new AdvanceRegister(new RegisterFilter(Fund: TestBody.Community))))).Code.ShouldBe(Need.OutsideFund);
        (await AwardNotation.Refused(() => told.Grants.Lead.Ask(new AdvanceRegister(new RegisterFilter())))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task Exceptions_say_who_held_what_came_back_and_who_took_two_steps()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        long grant = await told.Started();
        IReadOnlyList<Tranche> plan = await told.Plan(grant);
        (long one, long two) = (plan[0].TrancheId, plan[1].TrancheId);
        long l1 = told.Grants.Id("l1");
        await told.Stands(one, TrancheState.Requested, held: new GrantMoverAs("lead", "request", told.Grants.Id("lead"), ""));
        await told.Stands(one, TrancheState.Checked, held: new GrantMoverAs("desk", "check", l1, ""));
        await told.Stands(one, TrancheState.Approved, held: new GrantMoverAs("approver-l1", "approve", l1, ""));
        await told.Stands(one, TrancheState.PaymentFailed, held: new GrantMoverAs("voucher", "bank-return", l1, "户名不符"));
        await told.Stands(two, TrancheState.Held, held: new GrantMoverAs("panel", "hold-by-panel", told.Grants.Id("panel"), "票据存疑"));

        ExceptionRegisterView view = await body.FinanceOfficer.Ask(new ExceptionRegister(new RegisterFilter()));
        view.Rows.Select(row => (row.Kind, row.No, row.By, row.Reason)).ShouldBe(
        [
            (GrantException.HeldTranche, (short?)2, "纪监督", "票据存疑"), (GrantException.ReturnedPayment, (short?)1, "白审批", "户名不符"),
            (GrantException.SameHands, (short?)1, "白审批", ""),
        ], ignoreOrder: true);
        ExceptionRow twice = view.Rows.Single(row => row.Kind == GrantException.SameHands);
        (twice.Other, twice.Step).ShouldBe((TrancheMove.Check, TrancheMove.Approve));
        view.Counts.Single(count => count.Kind == GrantException.HeldTranche).Count.ShouldBe(1);
        (await body.FinanceOfficer.Ask(new ExceptionRegister(new RegisterFilter(), GrantException.HeldTranche))).Total.ShouldBe(1);
        (await body.FinanceOfficer.Ask(new ExceptionRegister(new RegisterFilter(), Since: told.Today.PlusDays(1)))).Rows.Select(row => row.Kind)
            .ShouldBe([GrantException.HeldTranche]);
        Says(RegisterTable.Of(view, Spoken));
    }

    [Fact]
    public async Task Every_register_is_a_sheet_whose_sums_are_formulas_with_their_values()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        long grant = await told.Started();
        await told.Move(grant, (await told.Plan(grant))[0].TrancheId, MoneyMove.Paid, children: 7200);
        await told.Aged(10, 40);
        RegisterFilter all = new();
        FundSession reader = body.FinanceOfficer;
        GrantRegisterView grants = await reader.Ask(new GrantRegister(all));
        AdvanceRegisterView advances = await reader.Ask(new AdvanceRegister(all));
        AdvanceAgeingView people = await reader.Ask(new AdvanceAgeing(all, AgeingBy.Person));
        CommitmentRegisterView promises = await reader.Ask(new CommitmentRegister(all));
        (RegisterHead Head, RegisterTable Table, int Total)[] drawn =
        [
            (grants.Head, RegisterTable.Of(grants, Spoken), grants.Total), (advances.Head, RegisterTable.Of(advances, null, Spoken), advances.Total),
            (people.Head, RegisterTable.Of(people, Spoken), people.Total), (promises.Head, RegisterTable.Of(promises, Spoken), promises.Rows.Count),
        ];
        foreach ((RegisterHead head, RegisterTable table, int total) in drawn)
        {
            Says(table);
            byte[] drawing = GrantRegisterWorkbook.Draw(head, table, total, Spoken);
            if (Sheets is { } place)
            {
                await File.WriteAllBytesAsync(Path.Combine(place, GrantRegisterWorkbook.FileName(head, table)), drawing);
            }

            using XLWorkbook book = new(new MemoryStream(drawing));
            IXLWorksheet sheet = book.Worksheet(1);
            sheet.Cell(1, 1).GetString().ShouldBe(table.Title);
            for (int column = 0; column < table.Columns.Count; column++)
            {
                sheet.Cell(5, column + 1).GetString().ShouldBe(table.Columns[column].Head);
            }

            GrantRegisterWorkbook.FileName(head, table).ShouldEndWith($"{head.Day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)}.xlsx");
        }

        using XLWorkbook cut = new(new MemoryStream(GrantRegisterWorkbook.Draw(advances.Head, RegisterTable.Of(advances, null, Spoken), 20_000, Spoken)));
        cut.Worksheet(1).Cell(4, 1).GetString().ShouldContain("20000");
    }

    internal static void Says(RegisterTable table)
    {
        table.Rows.ShouldAllBe(row => row.Count == table.Columns.Count);
        table.Totals.Count.ShouldBe(table.Columns.Count);
    }

    private static GrantFigures Figures(decimal awarded, decimal paid, decimal acquitted, decimal returned, decimal demanded) => new(
        Amount.Yuan(awarded), Amount.Fen(0), Amount.Yuan(paid), Amount.Yuan(acquitted), Amount.Yuan(returned), Amount.Yuan(demanded), Amount.Fen(0),
        Amount.Fen(0));
}
