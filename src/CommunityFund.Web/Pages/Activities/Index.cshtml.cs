using CommunityFund.Books;
using CommunityFund.TimeBank.Activities;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>Activities of the time banks, the latest first.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true)]
    public ActivityState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Until { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public ActivityListView? View { get; private set; }

    public Pager Pager => new(Number, View!.PageSize, View.Total);

    public string FromType => TypeOf(From);

    public string UntilType => TypeOf(Until);

    /// <summary>Whether anything was asked for.</summary>
    public bool IsNarrowed => Number > 1 || State is not null || Programme is not null || !string.IsNullOrWhiteSpace($"{Text}{From}{Until}");

    public Task OnGetAsync()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        LocalDate? from = Day(nameof(From), From), until = Day(nameof(Until), Until);
        return Try(async () => View = await Session.Ask(new ActivityList(Programme, from, until, State, Text, Number), Ct));
    }

    private LocalDate? Day(string field, string? typed) => string.IsNullOrWhiteSpace(typed) ? null
        : Read<LocalDate?>(field, () => DayText.Read(typed));
}

/// <summary>The colour of a state.</summary>
public static class StateBadge
{
    public static string Of(ActivityState state) => state switch
    {
        ActivityState.Planned => "reg-kind",
        ActivityState.Open => "reg-wait",
        ActivityState.Closed => "reg-done",
        _ => "reg-over",
    };
}
