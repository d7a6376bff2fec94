using System.Text.Encodings.Web;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.AspNetCore.Mvc.TagHelpers;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace CommunityFund.Web.Shell;

/// <summary>
/// Figures of an amount in any element: <c>&lt;td amount="@row.Amount"&gt;&lt;/td&gt;</c> becomes 1,234.50, red and with a
/// minus below zero. <c>zero="-"</c> says what stands for zero; null leaves the element empty.
/// </summary>
[HtmlTargetElement("*", Attributes = "amount")]
public sealed class AmountTag : TagHelper
{
    public Amount? Amount { get; set; }

    public string? Zero { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        output.AddClass("num", HtmlEncoder.Default);
        if (Amount is null)
        {
            return;
        }

        if (Amount.IsNegative)
        {
            output.AddClass("neg", HtmlEncoder.Default);
        }

        output.Content.SetContent(Amount.IsZero && Zero is not null ? Zero : Figures.Of(Amount));
    }
}
