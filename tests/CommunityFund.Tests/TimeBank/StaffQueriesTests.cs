using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.PublicMoney;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>What those who run the time bank ask before they act: the effect of new rules, the form of an activity, the sheet to sign.</summary>
public sealed class StaffQueriesTests
{
    [Fact]
    public async Task Before_rules_are_agreed_their_effect_on_the_last_booked_month_is_seen()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        ProgrammeTerms same = new();
        (await bank.First.Ask(new PreviewRule(bank.Programme, same, TimeBankNotation.Rates))).Month.ShouldBeNull();
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        await bank.First.Run(new CloseActivity(TestBody.Key, await bank.Served("09:00", "11:05", one, other)));
        await bank.First.Run(new CloseActivity(TestBody.Key, await bank.Served("12:00", "13:00", one)));
        RuleEffect unchanged = await bank.Second.Ask(new PreviewRule(bank.Programme, same, TimeBankNotation.Rates));
        unchanged.Month.ShouldBe(bank.Today().ToYearMonth());
        (unchanged.Records, unchanged.HoursBefore.Units, unchanged.HoursAfter.Units, unchanged.PointsBefore.Units, unchanged.Difference.Units)
            .ShouldBe((3, 300L, 300L, 50L, 0L));

        // Rounded to half an hour, an hour and a half at most, two hours a day, fifteen points an hour.
        ProgrammeTerms other60 = new(RoundingMinutes: 30, ActivityCap: 90, DayCap: 120);
        RuleEffect changed = await bank.Second.Ask(new PreviewRule(bank.Programme, other60, [new RateTerms("服务", EvidenceGrade.TwoParty, 15)]));
        RateEffect row = changed.Rows.ShouldHaveSingleItem();
        (row.Role, row.Grade, row.Records, row.HoursAfter.Units, row.PointsAfter.Units).ShouldBe(("服务", EvidenceGrade.TwoParty, 3, 210L, 51L));
        (await bank.Second.Ask(new PreviewRule(bank.Programme, same, [new RateTerms("组织", EvidenceGrade.TwoParty, 15)]))).Difference.Units.ShouldBe(-50);

        // A month later it is still that month; what is booked stays.
        body.Clock.Now += Duration.FromDays(40);
        (await bank.Second.Ask(new PreviewRule(bank.Programme, same, TimeBankNotation.Rates))).Records.ShouldBe(3);
        (await bank.Holds(one)).ShouldBe((180, 30, 0));
    }

    [Fact]
    public async Task Whoever_confirms_hours_from_paper_opens_the_paper_of_the_own_time_bank_and_no_other()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        int elsewhere = await body.Accountant.Run(new OpenProgramme(TestBody.Key, "T02", "青年时间银行"));
        long stranger = await body.Worker("蒋协调", "jiang.xt");
        await body.Operator.Run(new GrantRole(TestBody.Key, stranger, Role.Coordinator, elsewhere, new LocalDate(2024, 1, 1), null));
        long one = await bank.Volunteer("王小妹"), activity = await bank.Activity();
        bank.At("13:00");
        await bank.First.Run(new EnterPaperSheet(
            TestBody.Key, activity, [new AttendanceTimes(one, "09:00", "11:00", "服务")], "停电", await bank.First.Photo(1)));
        await bank.First.Run(new EnterLegacyHours(
            TestBody.Key, bank.Programme, one, "服务", 600, new LocalDate(2025, 6, 30), "旧台账第 3 页", await bank.First.Photo(2)));
        await bank.Post(UnitKind.HoursEarned, 60, one, null);
        await bank.First.Run(new GiveHoursFor(TestBody.Key, one, "", 20, HourReason.Shared, await HolderNotation.Slip(bank.First)));

        long sheet = (await bank.Second.Ask(new ActivityPage(activity))).People.ShouldHaveSingleItem().Attendance!.Paper!.Value;
        long list = (await bank.Second.Ask(new DisputeList())).Legacy.ShouldHaveSingleItem().Paper!.Value;
        long slip = (await bank.Second.Ask(new HolderPage(one))).Book.Moves.Single(move => move.Kind == UnitKind.HoursDonated).Slip!.Value;
        (await bank.Second.Ask(new ReadTimeBankPaper(sheet))).Content.ShouldBe(Samples.Png(1));
        (await bank.Second.Ask(new ReadTimeBankPaper(list))).Content.ShouldBe(Samples.Png(2));
        (await bank.Second.Ask(new ReadTimeBankPaper(slip))).Content.ShouldBe(Samples.Pdf());
        foreach (long paper in new[] { sheet, list, slip })
        {
            (await RefusalOf(() => body.Of(stranger).Ask(new ReadTimeBankPaper(paper)))).Code.ShouldBe(FiledDocument.Unknown);
        }

        // A paper of another register is not the time bank's, whoever asks; and a holder has the slip on paper.
        await body.Accountant.Run(await body.AskedMatter("市特困职工帮扶中心"));
        await using FundDb db = body.Db();
        long foreign = await db.Set<FiledDocument>().MaxAsync(row => row.FiledDocumentId, TestContext.Current.CancellationToken);
        foreign.ShouldBeGreaterThan(slip);
        (await RefusalOf(() => body.Accountant.Ask(new ReadTimeBankPaper(foreign)))).Code.ShouldBe(FiledDocument.Unknown);
        (await RefusalOf(() => bank.Second.Ask(new ReadFiledPaper(foreign)))).Code.ShouldBe(Need.Missing);
        (await body.Foundation.Visitor().Ask(new MyPassbook(await bank.Card(one)))).Moves.ShouldAllBe(move => move.Slip == null);
    }

    [Fact]
    public async Task The_form_of_an_activity_offers_what_the_rules_know_and_comes_back_as_it_was_written()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        ProgrammeRoles offered = (await bank.First.Ask(new ActivityChoices())).Programmes.ShouldHaveSingleItem();
        offered.Roles.ShouldBe(["服务", "组织"], ignoreOrder: true);
        offered.Cap.ShouldBe(Amount.OfUnits(240, Commodity.Hour));
        long elder = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Elder, "周奶奶"));
        long activity = await bank.Activity(bank.Terms(starts: "22:00", ends: $"{bank.Today().PlusDays(1):uuuu-MM-dd} 01:00", cap: 90, confirmer: elder));
        WrittenActivity written = await bank.Second.Ask(new ActivityTermsOf(activity));
        (written.Terms.Starts, written.Terms.Ends, written.Terms.CapMinutes, written.Terms.Confirmer)
            .ShouldBe(("22:00", $"{bank.Today().PlusDays(1):uuuu-MM-dd} 01:00", 90, elder));
        written.ConfirmerNumber.Length.ShouldBe(8);
        await bank.Second.Run(new ChangeActivity(TestBody.Key, activity, written.Terms with { Title = "敬老服务（改）" }));
        (await bank.First.Ask(new ActivityPage(activity))).Title.ShouldBe("敬老服务（改）");
        (await RefusalOf(() => bank.First.Ask(new ActivityTermsOf(987)))).Code.ShouldBe(Activity.Unknown);
        await bank.First.Run(new CancelActivity(TestBody.Key, activity, "下大雨"));
        (await RefusalOf(() => bank.First.Ask(new ActivityTermsOf(activity)))).Code.ShouldBe(Activity.Over);
        long one = await bank.Volunteer("王小妹"), begun = await bank.Activity();
        await bank.First.Run(new SignUpMember(TestBody.Key, begun, one, "服务"));
        bank.At("23:00");
        await bank.Tick(begun, "09:05", "11:00", one);
        (await RefusalOf(() => bank.First.Ask(new ActivityTermsOf(begun)))).Code.ShouldBe(ChangeActivity.HasBegun);
    }

    [Fact]
    public async Task The_sheet_to_sign_names_whoever_signed_up_and_has_lines_for_others()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        long activity = await bank.Activity();
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, one, "服务"));
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, other, "组织"));
        await bank.First.Run(new WithdrawMember(TestBody.Key, activity, other));
        SignSheetView sheet = await bank.First.Download(new SignSheet(activity));
        (sheet.Lines.ShouldHaveSingleItem().Name, sheet.From, sheet.Until, sheet.Blank).ShouldBe(("王小妹", "09:00", "12:00", 19));
        (await RefusalOf(() => bank.First.Ask(new SignSheet(987)))).Code.ShouldBe(Activity.Unknown);
        (await RefusalOf(() => body.Accountant.Ask(new SignSheet(activity)))).Code.ShouldBe(Need.Missing);
        ClockText.Of(body.Clock.Now + Duration.FromDays(1), bank.Today()).ShouldContain("-");
    }
}
