using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.TagHelpers;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace CommunityFund.Web.Shell;

/// <summary>
/// One line of the navigation, marked where the reader is: <c>&lt;nav-item href="/funds"&gt;…&lt;/nav-item&gt;</c>.
/// </summary>
[HtmlTargetElement("nav-item", Attributes = "href")]
public sealed class NavItemTag : TagHelper
{
    public string Href { get; set; } = "/";

    /// <summary>Places below this one that have an item of their own, separated by spaces.</summary>
    public string Except { get; set; } = "";

    /// <summary>Places elsewhere that belong to this item, separated by spaces.</summary>
    public string Also { get; set; } = "";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        PathString here = View.HttpContext.Request.Path;
        bool active = Href == "/" ? here == "/" : IsAmong(Also)
            || (here.StartsWithSegments(Href, StringComparison.OrdinalIgnoreCase) && !IsAmong(Except));
        output.TagName = "li";
        output.AddClass("nav-item", HtmlEncoder.Default);
        if (active)
        {
            output.AddClass("active", HtmlEncoder.Default);
            if (context.Items.TryGetValue(NavGroupTag.Here, out object? group))
            {
                ((NavGroupTag.Place)group).IsHere = true;
            }
        }

        TagBuilder link = new("a");
        link.AddCssClass("nav-link");
        link.Attributes["href"] = View.HttpContext.Request.PathBase + Href;
        if (active)
        {
            link.Attributes["aria-current"] = "page";
        }

        output.PreContent.AppendHtml(link.RenderStartTag());
        output.PostContent.AppendHtml(link.RenderEndTag());

        bool IsAmong(string places) => places.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Any(place => here.StartsWithSegments(place, StringComparison.OrdinalIgnoreCase));
    }
}
