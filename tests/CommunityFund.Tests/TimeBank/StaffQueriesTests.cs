using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
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
