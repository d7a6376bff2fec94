using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>All statements of a period's standard, and where each is drawn.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true, Name = "")]
    public StatementForm Form { get; set; } = new();

    public StatementChoice? Choice { get; private set; }

    public IReadOnlyList<StatementItem> Items { get; private set; } = [];

    public Task OnGet() => Try(async () =>
    {
        Choice = await Session.Ask(new StatementChoices(), Ct);
        Items = await Session.Ask(new StatementList(Form.ToPeriod(Choice)), Ct);
    });

    /// <summary>The period that statements are drawn for, as an address carries it.</summary>
    public string Period => StatementForm.Number(Form.ToPeriod(Choice!));

    /// <summary>The first day of its year, from which registers for the notes tell.</summary>
    public string FirstDay => LocalDatePattern.Iso.Format(new LocalDate(Form.ToPeriod(Choice!) / 100, 1, 1));

    /// <summary>Its last day, as of which registers for the notes stand; that of the year for its adjusting period.</summary>
    public string LastDay
    {
        get
        {
            (int year, int month) = (Form.ToPeriod(Choice!) / 100, Math.Clamp(Form.ToPeriod(Choice!) % 100, 1, 12));
            return LocalDatePattern.Iso.Format(new LocalDate(year, month, CalendarSystem.Iso.GetDaysInMonth(year, month)));
        }
    }
}
